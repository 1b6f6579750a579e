import { expect, test } from "vitest";
import { createBatches } from "./batches.ts";

const options = { blockCount: 23, batchSize: 4, seed: 7 };

function epochOf(epoch: number, settings = options): number[] {
  const batches = createBatches(settings);
  const first = epoch * batches.batchesPerEpoch;
  return Array.from({ length: batches.batchesPerEpoch }, (_, i) => [...batches.at(first + i)]).flat();
}

test("an epoch goes through the blocks once, but for those of the incomplete batch", () => {
  expect(createBatches(options).batchesPerEpoch).toBe(5);
  for (const epoch of [0, 1, 1000]) {
    const blocks = epochOf(epoch);
    expect(new Set(blocks).size).toBe(20);
    expect(Math.min(...blocks)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...blocks)).toBeLessThan(23);
  }
});

test("when batches divide the blocks, an epoch is a permutation", () => {
  const sorted = epochOf(3, { ...options, blockCount: 24 }).sort((a, b) => a - b);
  expect(sorted).toEqual(Array.from({ length: 24 }, (_, i) => i));
});

test("the order is another in another epoch and under another seed", () => {
  expect(epochOf(1)).not.toEqual(epochOf(0));
  expect(epochOf(0, { ...options, seed: 8 })).not.toEqual(epochOf(0));
  expect(epochOf(0)).toEqual(epochOf(0));
});

test("training resumes from any batch", () => {
  const uninterrupted = createBatches(options);
  const expected = Array.from({ length: 17 }, (_, batch) => uninterrupted.at(batch));
  for (const cursor of [16, 4, 5, 0, 11]) {
    expect(createBatches(options).at(cursor)).toEqual(expected[cursor]);
    expect(uninterrupted.at(cursor)).toEqual(expected[cursor]);
  }
});

test("every block comes to every place about equally often", () => {
  const counts = new Float64Array(9);
  const batches = createBatches({ blockCount: 3, batchSize: 3, seed: 1 });
  for (let epoch = 0; epoch < 3000; epoch++) {
    for (const [place, block] of batches.at(epoch).entries()) counts[3 * place + block]!++;
  }
  // Each count is binomial with mean 1000 and standard deviation 26.
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(130);
});

test("too few blocks, and numbers that number no batch, are refused", () => {
  expect(() => createBatches({ ...options, blockCount: 3 })).toThrow(
    "The data has 3 blocks, fewer than one batch of 4: use more text, shorter blocks or smaller batches.",
  );
  expect(() => createBatches({ ...options, batchSize: 0 })).toThrow(/batch size/);
  expect(() => createBatches(options).at(-1)).toThrow(/whole numbers from 0; got -1/);
});
