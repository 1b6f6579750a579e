import * as fc from "fast-check";
import { expect, test } from "vitest";
import { byteIdsInOrder } from "./byte-alphabet.ts";
import { writeTokenizerJson } from "./tokenizer-json/write.ts";
import { createTokenizer } from "./tokenizer.ts";

/** The 256 bytes, two merges each that make "€" and "the", two special tokens. */
const [e2, x82, xac, t, h, e] = Array.from(Buffer.from("€the"), (byte) => byteIdsInOrder[byte]!);
const json = writeTokenizerJson([e2!, x82!, t!, h!, 257, e!, 256, xac!], ["<|endoftext|>", "<|pad|>"]);
const tokenizer = createTokenizer(JSON.stringify(json));
const { maskId } = tokenizer;

test("vocabSize counts special tokens and not the mask", () => {
  expect(tokenizer).toMatchObject({ vocabSize: 262, maskId: 262, endOfTextId: 260 });
  expect(createTokenizer(writeTokenizerJson([], [])).endOfTextId).toBeUndefined();
});

test("special tokens in a text are themselves, or text when asked for", () => {
  expect([...tokenizer.encode("the€<|endoftext|>")]).toEqual([258, 259, 260]);
  const asText = tokenizer.encode("<|pad|>", { specialTokens: "text" });
  expect(asText).toHaveLength(7);
  expect(tokenizer.decode(asText)).toBe("<|pad|>");
});

test("masks and special tokens are shown or dropped", () => {
  const ids = [258, maskId, 260, 259];
  expect(tokenizer.decode(ids)).toBe("the[MASK]<|endoftext|>€");
  expect(tokenizer.decode(ids, { mask: "░" })).toBe("the░<|endoftext|>€");
  expect(tokenizer.decode(ids, { mask: "", specialTokens: "drop" })).toBe("the€");
  expect(tokenizer.decodeBatch([ids, [maskId]], { mask: "_", specialTokens: "drop" })).toEqual([
    "the_€",
    "_",
  ]);
});

test("an id past the mask is refused with its range and position", () => {
  for (const id of [maskId + 1, -1, 0.5, Number.NaN]) {
    expect(() => tokenizer.decode([0, id])).toThrow(
      `Token id ${id} at position 1 is out of range: this tokenizer has ids 0 to 261, and 262 is the mask.`,
    );
  }
});

test("tokens are bytes, of which those of ids make their text", () => {
  expect([...tokenizer.tokenBytes(256)]).toEqual([0xe2, 0x82]);
  expect(tokenizer.tokenBytes(maskId)).toHaveLength(0);
  fc.assert(
    fc.property(fc.array(fc.nat(261)), (ids) => {
      const bytes = Buffer.concat(ids.map((id) => tokenizer.tokenBytes(id)));
      expect(tokenizer.decode(ids)).toBe(bytes.toString("utf8"));
    }),
    { seed: 1 },
  );
});

test("what is handed out is the caller's own", () => {
  tokenizer.encode("the").fill(0);
  tokenizer.tokenBytes(258).fill(0);
  expect([...tokenizer.encode("the")]).toEqual([258]);
  expect(tokenizer.decode([258])).toBe("the");
});
