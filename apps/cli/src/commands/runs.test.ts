import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { runCaptured } from "../testing/run-captured.ts";

test("runs are listed, and drawn on a page that needs nothing else", async () => {
  await using folder = await temporaryDirectory();
  await mkdir(join(folder.path, "a<b"));
  const updates = Array.from({ length: 2000 }, (_, i) => ({
    kind: "update",
    step: i + 1,
    steps: 3000,
    round: 1,
    loss: 4 / (i + 1),
    gradientNorm: 1,
    seconds: 0.5,
  }));
  const records = [
    ...updates,
    { kind: "validation", step: 1000, loss: 0.25 },
    { kind: "round-end", step: 1500 },
  ];
  const lines = records.map((record) => JSON.stringify(record));
  await writeFile(join(folder.path, "a<b", "metrics.jsonl"), `${lines.join("\n")}\n{"kind":"upd`);

  const { status, stdout } = await runCaptured(["runs", folder.path]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^RUN .*\na<b +2000\/3000 +1 +0\.002000 +0\.2500 +17 min\n$/);
  const page = await readFile(join(folder.path, "index.html"), "utf8");
  expect(page).toContain("a&#60;b");
  expect(page).not.toMatch(/<script|href|NaN|undefined/);
  expect(page.match(/<svg /g)).toHaveLength(2);
  expect(page).toContain("held out: 0.2500 at update 1000.");
  expect(page).toMatch(/<desc id="run-0-gradient-norm-description">.*training: 1\.000 at update 2000\./);
});

test("a directory without runs is named", async () => {
  await using folder = await temporaryDirectory();
  expect(await runCaptured(["runs", folder.path])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("no run in"),
  });
});
