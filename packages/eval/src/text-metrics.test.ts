import { expect, test } from "vitest";
import { distinctN, unigramEntropy } from "./index.ts";

const samples = (...texts: number[][]) => ({
  tokens: Int32Array.from(texts.flat()),
  batch: texts.length,
  length: texts[0]!.length,
});

test("entropy is that of each text, then the mean", () => {
  expect(unigramEntropy(samples([7, 7, 7, 7]))).toBe(0);
  expect(unigramEntropy(samples([1, 2, 3, 4]))).toBeCloseTo(Math.log(4), 14);
  // Two texts that are constant, though not the same, have none.
  expect(unigramEntropy(samples([1, 1], [2, 2]))).toBe(0);
  const half = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
  expect(unigramEntropy(samples([5, 5, 0, 5], [1, 2, 3, 4]))).toBeCloseTo((half + Math.log(4)) / 2, 14);
});

test("distinct-n counts n-grams of all texts, none across two", () => {
  const texts = samples([1, 2, 1, 2], [1, 2, 3, 12]);
  expect(distinctN(texts, 1)).toBe(4 / 8);
  expect(distinctN(texts, 2)).toBe(4 / 6);
  expect(distinctN(texts, 4)).toBe(1);
  // 1,23 and 12,3 are different though they read the same.
  expect(distinctN(samples([1, 23], [12, 3]), 2)).toBe(1);
  expect(() => distinctN(texts, 5)).toThrow(/from 1 to 4; got 5/);
});

test("nothing, and sizes that contradict each other, are refused", () => {
  const [none, wrong] = [new Int32Array(0), new Int32Array(5)];
  expect(() => unigramEntropy({ tokens: none, batch: 0, length: 4 })).toThrow(/at least one; got 0 ids/);
  expect(() => unigramEntropy({ tokens: wrong, batch: 2, length: 2 })).toThrow(/got 5 ids for \[2, 2\]/);
});
