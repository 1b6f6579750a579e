import { once } from "node:events";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { runExample, startExample } from "./run-example.ts";

test("a batch that was killed in the middle of a line resumes to the same file", async () => {
  await using folder = await temporaryDirectory();
  const [prompts, whole, killed] = ["prompts.txt", "whole.jsonl", "killed.jsonl"].map((name) =>
    join(folder.path, name),
  );
  await writeFile(prompts!, "It was\n\nOnce upon a time\nThe little dog\n");
  await runExample("batch-to-jsonl.ts", [prompts!, whole!]);
  const lines = (await readFile(whole!, "utf8")).trim().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { prompt: string }).prompt)).toEqual([
    "It was",
    "Once upon a time",
    "The little dog",
  ]);

  const child = startExample("batch-to-jsonl.ts", [prompts!, killed!]);
  child.stderr!.on("data", (data) => {
    if (String(data).includes("1 of 3")) child.kill("SIGKILL");
  });
  await once(child, "exit");
  await appendFile(killed!, '{"prompt":"Once up');
  await runExample("batch-to-jsonl.ts", [prompts!, killed!]);
  expect(await readFile(killed!, "utf8")).toBe(await readFile(whole!, "utf8"));
}, 300_000);

test("a distillation on one's own text makes a student of each round, and resumes where it was", async () => {
  await using folder = await temporaryDirectory();
  const prose = join(folder.path, "prose.txt");
  await writeFile(
    prose,
    "The little dog ran to the park. He saw a cat and was happy. They played all day. ".repeat(60),
  );
  const small = ["--rounds", "2", "--updates", "2", "--batch", "2", "--length", "32"];
  const run = () => runExample("distil-own-text.ts", [prose, join(folder.path, "run"), ...small]);
  const output = await run();
  expect(output).toMatch(/update 4 of 4: loss \d/);
  expect(output).toMatch(/round 1: a student of 16 steps in .*\nupdate 3/);
  expect(output).toMatch(/round 2: a student of 8 steps in/);
  expect(output).toContain("Once upon a time");
  expect(await run()).toContain("resumes at update 4");
}, 600_000);
