import { createStream } from "@sdtt/core";
import { expect, test } from "vitest";
import { gradientMoment } from "../index.ts";
import type { TextGradient } from "../index.ts";

/**
 * A judge that knows one distribution for every token, softmax of three parameters at 0: the gradient of a token's nats is the distribution
 * minus the token's one-hot.
 */
const gradient: TextGradient = async ({ tokens, batch, length }) => {
  const result = new Float32Array(3).fill(1 / 3);
  for (const id of tokens) result[id]! -= 1 / (batch * length);
  return result;
};

const texts = (...rows: number[][]) => ({
  tokens: Int32Array.from(rows.flat()),
  batch: rows.length,
  length: rows[0]!.length,
});

test("the product of the differences of both halves, by hand", async () => {
  const samples = texts([0, 0], [0, 1]);
  const reference = texts([1, 1], [2, 2]);
  // Halves: (1, 0, 0) - (0, 1, 0) and (1/2, 1/2, 0) - (0, 0, 1).
  const metric = gradientMoment({ gradient, reference });
  expect(await metric.evaluate(samples)).toBeCloseTo(1 * (1 / 2) - 1 * (1 / 2) + 0, 6);
  expect(await gradientMoment({ gradient, reference: texts([1, 1], [1, 1]) }).evaluate(samples)).toBeCloseTo(
    1 * (1 / 2) + 1 * (1 / 2),
    6,
  );
  expect(metric.protocol).toMatch(/^ids as they are; .*product of two halves$/);
});

test("texts of one distribution are at 0 on average, which the plain square is not", async () => {
  const stream = createStream(8);
  const draw = (from: number) =>
    texts(
      ...Array.from({ length: 6 }, (_, i) =>
        [0, 1].map((j) => Math.floor(3 * stream.uniform(from + 2 * i + j))),
      ),
    );
  let [unbiased, plain] = [0, 0];
  const rounds = 600;
  for (let round = 0; round < rounds; round++) {
    const [samples, reference] = [draw(100 * round), draw(100 * round + 50)];
    unbiased += (await gradientMoment({ gradient, reference }).evaluate(samples)) / rounds;
    const [a, b] = [await gradient(samples), await gradient(reference)];
    plain += a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / rounds;
  }
  // Of each set, (1 - sum of p^2) / 12 tokens.
  expect(plain).toBeCloseTo((2 * (2 / 3)) / 12, 2);
  expect(Math.abs(unbiased)).toBeLessThan(0.015);
});

test("a set that cannot be halved is refused, and a gradient that is no number", async () => {
  const reference = texts([0, 1], [1, 2]);
  await expect(gradientMoment({ gradient, reference }).evaluate(texts([1, 2]))).rejects.toThrow(
    /the samples must be at least 2; got 1/,
  );
  const broken: TextGradient = async () => Float32Array.of(Number.NaN);
  await expect(gradientMoment({ gradient: broken, reference }).evaluate(reference)).rejects.toMatchObject({
    code: "numeric",
  });
});
