import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { runCaptured } from "../testing/run-captured.ts";

// A file's lines go through the request that workers get: what it forgets would change the texts.
test.each([
  [["--sampler", "entropy-bounded", "--gamma", "3"]],
  [["--sampler", "entropy-bounded", "--gamma", "Infinity"]],
  [["--sampler", "confidence-threshold", "--threshold", "0.2"]],
  [["--sampler", "confidence-factor", "--factor", "5"]],
  [["--steps", "3", "--order", "spread"]],
  [["--steps", "3", "--temperature", "1.3", "--top-p", "0.8", "--top-k", "40", "--order", "confidence"]],
  [["--steps", "3", "--precision", "gumbel32"]],
  [["--steps", "12", "--sampler", "remdm-cap", "--eta", "0.3", "--top-p", "0.8", "--nucleus", "within"]],
  [["--steps", "12", "--sampler", "psi", "--kappa", "0.5", "--no-final-pass"]],
  [["--steps", "4", "--blocks", "2", "--guidance", "2", "--prompt", "Once upon a time"]],
  [["--steps", "3", "--prompt", "Once upon a time", "--ignore-eos", "--eos"]],
])("a file has the texts that are printed with %j", async (flags) => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, "texts.jsonl");
  const request = ["sample", "--length", "20", "--seed", "3", "--samples", "2", "--threads", "1", ...flags];
  const printed = await runCaptured([...request, "--json"]);
  const written = await runCaptured([...request, "--out", file]);
  expect([printed.status, written.status, written.stderr.includes("error")]).toEqual([0, 0, false]);
  const texts = (lines: string) =>
    lines
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { readonly tokens: readonly number[] }).tokens);
  expect(texts(await readFile(file, "utf8"))).toEqual(texts(printed.stdout));
});
