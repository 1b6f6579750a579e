import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Checkpoint } from "@sdtt/hub";
import { expectTokenizerFits } from "@sdtt/language-model";
import { trainBytePairEncoding } from "@sdtt/tokenizer";
import { expect, onTestFinished, test } from "vitest";
import { openTokenizer } from "./open-tokenizer.ts";

/** As much of a checkpoint as its tokenizer follows from: 256 bytes, the end of a text and these. */
async function checkpointWith(
  family: "mdlm" | "ar" | "gpt2",
  { vocabSize, extra }: { vocabSize: number; extra: string[] },
): Promise<Checkpoint> {
  const folder = await mkdtemp(join(tmpdir(), "sdtt-tokenizer-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "tokenizer.json");
  const specialTokens = ["<|endoftext|>", ...extra];
  const json = await trainBytePairEncoding({
    texts: [],
    vocabSize: 256 + specialTokens.length,
    specialTokens,
  });
  await writeFile(path, JSON.stringify(json));
  return { tokenizer: { path }, description: { family, config: { vocabSize } } } as Checkpoint;
}

test.each(["mdlm", "ar"] as const)("%s: a tokenizer that has the model's mask fits", async (family) => {
  const checkpoint = await checkpointWith(family, { vocabSize: 258, extra: ["[MASK]"] });
  const tokenizer = await openTokenizer(checkpoint, "own");
  expectTokenizerFits("own", tokenizer, checkpoint.description);
  expect(tokenizer.maskId).toBe(257);
  expect(tokenizer.encode("[MASK]")).not.toContain(257);
});

test("a model without a mask keeps all tokens, the last too", async () => {
  const checkpoint = await checkpointWith("gpt2", { vocabSize: 258, extra: ["[PAD]"] });
  const tokenizer = await openTokenizer(checkpoint, "own");
  expectTokenizerFits("own", tokenizer, checkpoint.description);
  expect([...tokenizer.encode("[PAD]")]).toEqual([257]);
});

test("a tokenizer of as many ids whose last is no mask is refused", async () => {
  const checkpoint = await checkpointWith("mdlm", { vocabSize: 258, extra: ["<|im_end|>"] });
  const tokenizer = await openTokenizer(checkpoint, "own");
  expect(() => expectTokenizerFits("own", tokenizer, checkpoint.description)).toThrow(
    "own: the tokenizer has 258 ids, the model 257, its mask not counted; expected as many, or one more that is a mask",
  );
});
