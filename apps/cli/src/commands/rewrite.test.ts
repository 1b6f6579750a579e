import { readdirSync } from "node:fs";
import { readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@sdtt/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCaptured } from "../testing/run-captured.ts";
import { writeSmallModel } from "../testing/small-model.ts";

interface Line {
  readonly index: number;
  readonly text: string;
}

describe("rewrite", () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  const at = (name: string) => join(folder.path, name);
  const documents = ["abcdefghij", "klmnopqrstuvw", "xyz"];
  beforeAll(async () => {
    folder = await temporaryDirectory();
    await writeSmallModel(folder.path, { family: "ar" });
    await writeFile(at("data.jsonl"), documents.map((text) => `${JSON.stringify({ text })}\n`).join(""));
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  const common = (out: string) => [
    "-m",
    folder.path,
    "-d",
    at("data.jsonl"),
    "--out",
    at(out),
    "--beginning",
    "6",
  ];
  const rewrite = (out: string, ...args: string[]) => runCaptured(["rewrite", ...common(out), ...args]);
  const partialOf = (out: string) => {
    const names = readdirSync(folder.path);
    return at(names.find((name) => name.startsWith(out) && name.endsWith(".partial")) ?? out);
  };
  const linesOf = async (out: string) =>
    (await readFile(at(out), "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);

  test("texts begin as their documents do and come to an end; the same in groups of any size", async () => {
    // Under a nearly uniform law over 257 tokens one of some twenty texts ends within 16.
    const { status, stderr } = await rewrite("a.jsonl", "-n", "200", "--seed", "3", "--top-p", "1");
    expect(status).toBe(0);
    const lines = await linesOf("a.jsonl");
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.length).toBeLessThan(60);
    expect(stderr).toContain(`${lines.length} of 200 texts came to an end, seed 3`);
    for (const { index, text } of lines) {
      expect(text.slice(0, 3)).toBe(documents[index % 3]!.slice(0, 3));
      expect(text).not.toContain("endoftext");
    }
    const numbers = lines.map(({ index }) => index);
    expect(numbers).toEqual(numbers.toSorted((x, y) => x - y));
    await rewrite("b.jsonl", "-n", "200", "--seed", "3", "--top-p", "1", "--group-texts", "7");
    expect(await linesOf("b.jsonl")).toEqual(lines);
  });

  test("how much of a document a text begins with is drawn for each", async () => {
    await rewrite("many.jsonl", "-n", "600", "--seed", "1", "--top-p", "1");
    const shared = (await linesOf("many.jsonl"))
      .filter(({ index }) => index % 3 < 2)
      .map(({ index, text }) => {
        const document = documents[index % 3]!;
        const other = Array.from(text).findIndex((letter, i) => letter !== document[i]);
        return other < 0 ? text.length : other;
      });
    expect(new Set(shared)).toEqual(new Set([3, 4, 5, 6]));
  });

  test("resumes what was stopped, with the same lines", async () => {
    const settings = ["-n", "200", "--seed", "3", "--top-p", "1", "--group-texts", "20"];
    await rewrite("whole.jsonl", ...settings);
    const whole = await readFile(at("whole.jsonl"), "utf8");
    const stop = new AbortController();
    const stopped = runCaptured(["rewrite", ...common("part.jsonl"), ...settings, "-n", "1000000"], {
      signal: stop.signal,
    });
    await expect.poll(() => readFile(partialOf("part.jsonl"), "utf8").catch(() => "")).toMatch(/\n/);
    stop.abort();
    expect((await stopped).stderr).toContain(`What is done is in ${partialOf("part.jsonl")}`);
    // As a process leaves it that is killed while it writes the second line.
    await truncate(partialOf("part.jsonl"), whole.indexOf("\n") + 9);
    await rewrite("part.jsonl", ...settings);
    expect(await readFile(at("part.jsonl"), "utf8")).toBe(whole);
  });

  test.each([
    [["--beginning", "2"], "3 tokens of a document at least"],
    [["--beginning", "15"], "at most 14 of 16 leave something to write"],
    [["--top-p", "0"], "--top-p"],
  ])("refuses %j", async (args, reason) => {
    const { status, stderr } = await rewrite("refused.jsonl", ...args);
    expect(status).toBe(2);
    expect(stderr).toContain(reason);
  });

  test("refuses texts that are not there", async () => {
    const { status, stderr } = await rewrite("refused.jsonl", "--data", at("nothing.jsonl"));
    expect(status).toBe(1);
    expect(stderr).toContain("nothing.jsonl");
  });

  test("refuses a diffusion model", async () => {
    await using other = await temporaryDirectory();
    await writeSmallModel(other.path);
    const { status, stderr } = await rewrite("refused.jsonl", "-m", other.path);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/autoregressive/);
  });
});
