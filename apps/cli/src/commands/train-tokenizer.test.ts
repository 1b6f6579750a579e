import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTokenizer } from "@sdtt/tokenizer";
import { temporaryDirectory } from "@sdtt/testing";
import { expect, test } from "vitest";
import { runCaptured } from "../testing/run-captured.ts";

test("a tokenizer is learnt from text, and none is overwritten", async () => {
  await using folder = await temporaryDirectory();
  const [data, file] = [join(folder.path, "text.txt"), join(folder.path, "tokenizer.json")];
  await writeFile(data, "the cat sat on the mat and the rat sat on the cat ".repeat(40));
  const args = ["train-tokenizer", file, "--data", data, "--vocab-size", "270"];
  const { status, stdout, stderr } = await runCaptured(args);
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${file}\n` });
  expect(stderr).toMatch(/270 ids, of 270/);
  const tokenizer = createTokenizer(await readFile(file, "utf8"));
  expect(tokenizer.encode("the cat").length).toBeLessThan("the cat".length);
  expect(tokenizer.endOfTextId).toBe(269);
  expect(await runCaptured(args)).toMatchObject({ status: 1, stdout: "" });
});
