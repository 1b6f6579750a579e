import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { runCaptured } from "../../testing/run-captured.ts";

test("samplers are measured against a source that is known: a table, a page, and the same again from a seed", async () => {
  await using folder = await temporaryDirectory();
  const run = async (name: string) => {
    const out = join(folder.path, name);
    const small = ["-n", "8", "-l", "6", "--short-texts", "40", "--short-length", "3", "-o", out];
    const chosen = ["--samplers", "ancestral", "entropy-bounded", "-s", "1,6", "--gamma", "0,Infinity"];
    const { status, stdout } = await runCaptured(["eval", "sampler", ...chosen, ...small]);
    expect(status).toBe(0);
    return { stdout, page: await readFile(join(out, "index.html"), "utf8") };
  };
  const first = await run("first");
  expect(first.stdout).toMatch(/the source itself/);
  expect(first.stdout).toMatch(/ancestral +1 step +1\.0 /);
  expect(first.stdout).toMatch(/ancestral +order spread, 4 corrector steps, 6 steps +\d+\.\d /);
  expect(first.stdout).toMatch(/entropy-bounded +gamma 0 +6\.0 /);
  expect(first.stdout).toMatch(/entropy-bounded +gamma Infinity +1\.0 /);
  expect(first.page).toMatch(/hidden Markov source of 8 states and 6 tokens/);
  expect((await run("second")).stdout).toBe(first.stdout);
});

test.each([
  [["--gamma", "0,-1"], /--gamma.*at least 0; got -1/],
  [["--samplers", "magic"], /Allowed choices are/],
  [["--steps", "0"], /--steps.*at least 1; got 0/],
  [["--states", "100000"], /--states.*at most 256/],
])("%j is refused in a line", async (args, message) => {
  const { status, stderr } = await runCaptured(["eval", "sampler", ...args]);
  expect(status).toBe(2);
  expect(stderr).toMatch(message);
  expect(stderr.trim()).not.toContain("\n");
});
