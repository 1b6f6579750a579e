import { expect, test } from "vitest";
import { createStream } from "./random.ts";
import { noiseVectors } from "./noise-vectors.ts";

test("is standard normal over seeds and places", () => {
  const stream = createStream(3);
  const [count, size] = [4000, 5];
  const values = noiseVectors(
    Float64Array.from({ length: count }, (_, i) => stream.uniform(i)),
    size,
  );
  const mean = (of: (vector: Float32Array) => number) =>
    Array.from({ length: count }, (_, i) => of(values.subarray(i * size, (i + 1) * size))).reduce(
      (sum, value) => sum + value / count,
      0,
    );
  for (let a = 0; a < size; a++) {
    expect(Math.abs(mean((vector) => vector[a]!))).toBeLessThan(4 / Math.sqrt(count));
    for (let b = 0; b <= a; b++) {
      const product = mean((vector) => vector[a]! * vector[b]!);
      // The standard error of a mean of squares is sqrt(2 / count).
      expect(Math.abs(product - (a === b ? 1 : 0))).toBeLessThan(4 * Math.sqrt(2 / count));
    }
  }
});

test("gives a sequence its vector whoever else is asked for, and another for another seed", () => {
  const [own, next] = [0.25, 0.25 + 2 ** -53];
  const both = noiseVectors(Float64Array.of(next, own), 3);
  expect(both.subarray(3)).toEqual(noiseVectors(Float64Array.of(own), 3));
  expect(both.subarray(0, 3)).not.toEqual(both.subarray(3));
});
