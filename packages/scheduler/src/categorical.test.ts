import { createStream } from "@sdtt/core";
import { chiSquaredPValue } from "@sdtt/testing";
import { expect, test } from "vitest";
import { argmax, drawCategorical, gumbelRace } from "./categorical.ts";

const stream = createStream(42);

test("an exact draw is the place of the uniform; weights of zero and below have no chance", () => {
  const weights = Float64Array.of(0, 2, -5, 1, 1, 0);
  const places = [1e-300, 0.499, 0.501, 0.749, 0.751, 1 - 2 ** -53];
  expect(places.map((uniform) => drawCategorical(weights, uniform))).toEqual([1, 1, 3, 3, 4, 4]);
});

test("the argmax and the race give equals to the first", () => {
  expect(argmax(Float64Array.of(1, 3, 3))).toBe(1);
  expect(gumbelRace(Float64Array.of(1, 3, 3), () => 0.5)).toBe(1);
});

test("the race equals a plain float32 race over all outcomes, and the distribution where nothing is rare", () => {
  const weights = Float64Array.from({ length: 9 }, (_, i) => (i % 4 === 3 ? 0 : 1 + i));
  const counts = Array.from({ length: 9 }, () => 0);
  for (let round = 0; round < 20_000; round++) {
    const uniforms = Array.from(weights, (_, i) => stream.uniform24(round * 9 + i));
    const winner = gumbelRace(weights, (outcome) => uniforms[outcome]!);
    const values = Float32Array.from(weights, (weight, i) => {
      const [uniform, logarithm] = [Float32Array.of(uniforms[i]! + Math.fround(1e-10)), new Float32Array(1)];
      logarithm[0] = Math.log(uniform[0]!);
      return weight / Math.fround(Math.fround(1e-10) - logarithm[0]);
    });
    if (winner !== values.indexOf(Math.max(...values)))
      throw new Error(`Round ${round} was won by ${winner}.`);
    counts[winner]!++;
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  expect(
    chiSquaredPValue(
      counts,
      Array.from(weights, (weight) => (20_000 * weight) / total),
    ),
  ).toBeGreaterThan(1e-3);
});

test("the race is biased against rare outcomes, the exact draw is not", () => {
  // A token of one step among many: of 3e-8 against the mask. To win at all it needs one of the top uniforms, so the
  // race is run given one of the 64 highest of the 2^24, and its chance scaled back.
  const weights = Float64Array.of(3e-8, 1);
  const rounds = 20_000;
  let wins = 0;
  for (let round = 0; round < rounds; round++) {
    const lucky = 1 - ((stream.uint32(2 * round) % 64) + 1) * 2 ** -24;
    const other = stream.uniform24(2 * round + 1);
    if (gumbelRace(weights, (outcome) => (outcome === 0 ? lucky : other)) === 0) wins++;
  }
  const raced = (wins / rounds) * 64 * 2 ** -24;
  // The grid sum of P(the mask's exponential is slower) in closed form.
  const predicted = 2 ** -24 / Math.expm1(2 ** -24 / 3e-8);
  expect(Math.abs(raced / predicted - 1)).toBeLessThan(0.3);
  expect(raced).toBeLessThan(0.4 * 3e-8);
  expect([2.9e-8, 3.1e-8].map((uniform) => drawCategorical(weights, uniform))).toEqual([0, 1]);
});
