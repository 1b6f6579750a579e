import { expect, test } from "vitest";
import { writeTokenizerJson } from "./tokenizer-json/write.ts";
import { createTokenizer } from "./tokenizer.ts";

test.each(["[MASK]", "<mask>", "<|mask|>", "[PAD]"])("%s as the model's last id is the mask", (name) => {
  const json = writeTokenizerJson([], ["<|endoftext|>", name]);
  const tokenizer = createTokenizer(json, { modelTokens: 257 });
  expect(tokenizer).toMatchObject({ vocabSize: 257, maskId: 257, endOfTextId: 256 });
  expect(tokenizer.decode([257], { mask: "_" })).toBe("_");
  expect(() => tokenizer.decode([258])).toThrow("257 is the mask");
});

test("the mask's name in a text is plain text", () => {
  const json = writeTokenizerJson([], ["<|endoftext|>", "[MASK]"]);
  const tokenizer = createTokenizer(json, { modelTokens: 257 });
  const ids = tokenizer.encode("a [MASK]<|endoftext|>");
  expect(ids).toHaveLength(9);
  expect(ids).not.toContain(tokenizer.maskId);
  expect(tokenizer.decode(ids)).toBe("a [MASK]<|endoftext|>");
});

test("neither whole pieces nor merges make the mask", () => {
  const { model, ...rest } = writeTokenizerJson([], []);
  const vocab = { ...model.vocab, "<mask": 256, "<mask>": 257 };
  const merges = [["<mask", ">"]];
  const json = { ...rest, model: { ...model, vocab, merges, ignore_merges: true } };
  expect([...createTokenizer(json).encode("<mask>")]).toEqual([
    ...createTokenizer(json).encode("<mask>", { specialTokens: "text" }),
  ]);
  const tokenizer = createTokenizer(
    { ...json, pre_tokenizer: { ...rest.pre_tokenizer, use_regex: false } },
    {
      modelTokens: 257,
    },
  );
  expect(tokenizer.encode("<mask>")).not.toContain(257);
  expect(tokenizer.decode(tokenizer.encode("<mask>"))).toBe("<mask>");
});

test("a last token of another name, and a model with as many tokens, leave the tokenizer as it is", () => {
  const words = writeTokenizerJson([], ["[MASK]", "<|endoftext|>"]);
  expect(createTokenizer(words, { modelTokens: 257 }).maskId).toBe(258);
  const masked = writeTokenizerJson([], ["<|endoftext|>", "[MASK]"]);
  expect(createTokenizer(masked, { modelTokens: 258 }).maskId).toBe(258);
  expect([...createTokenizer(masked).encode("[MASK]")]).toEqual([257]);
});
