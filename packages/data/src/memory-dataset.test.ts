import { expect, test } from "vitest";
import { datasetOfTexts, datasetOfTokens } from "./memory-dataset.ts";
import { createPacker } from "./packing/create-packer.ts";
import { smallTexts, smallTokenizer } from "./testing/small-tokenizer.ts";

test("blocks of tokens are served as they are, in the order asked for", async () => {
  await using dataset = datasetOfTokens({ tokens: Int32Array.of(1, 2, 3, 4, 5, 6), length: 2 });
  expect(dataset).toMatchObject({ blockCount: 3, length: 2, tokenCount: 6 });
  expect(await dataset.read([2, 0, 2])).toEqual(Int32Array.of(5, 6, 1, 2, 5, 6));
  expect(await dataset.read([])).toEqual(new Int32Array(0));
});

test("texts are packed", async () => {
  const texts = smallTexts(8);
  const { tokenizer } = await smallTokenizer(texts);
  await using dataset = datasetOfTexts({ texts, tokenizer, length: 16 });
  const packer = createPacker({ length: 16, boundaryId: tokenizer.endOfTextId! });
  const blocks = texts.flatMap((text) => [...packer.push(tokenizer.encode(text))]);
  expect([...(await dataset.read([...Array(dataset.blockCount).keys()]))]).toEqual(blocks);
  expect(dataset).toMatchObject(packer.finish());
});

test("the fingerprint tells other blocks apart", () => {
  const of = (tokens: number[], length: number): string =>
    datasetOfTokens({ tokens: Int32Array.from(tokens), length }).fingerprint;
  expect(of([1, 2, 3, 4], 2)).toBe(of([1, 2, 3, 4], 2));
  expect(new Set([of([1, 2, 3, 4], 2), of([1, 2, 3, 4], 4), of([1, 2, 3, 5], 2)]).size).toBe(3);
});

test("what makes no blocks, and indices of none, are refused", async () => {
  expect(() => datasetOfTokens({ tokens: Int32Array.of(1, 2, 3), length: 2 })).toThrow(
    "Expected blocks of 2 tokens; got 3 tokens.",
  );
  const { tokenizer } = await smallTokenizer([]);
  expect(() => datasetOfTexts({ texts: ["ab"], tokenizer, length: 16 })).toThrow(
    /3 tokens in 1 document.* needs 14/,
  );
  const dataset = datasetOfTokens({ tokens: Int32Array.of(1, 2, 3, 4), length: 2 });
  for (const index of [-1, 2, 0.5, Number.NaN]) {
    await expect(dataset.read([0, index])).rejects.toThrow(
      `The data has blocks 0 to 1; index 1 of those to read is ${index}.`,
    );
  }
});
