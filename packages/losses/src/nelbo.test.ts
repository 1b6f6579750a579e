import { fixtureNumbers, readFixture } from "@sdtt/testing";
import { expect, test } from "vitest";
import { finiteDifferences, largestError } from "../test/finite-differences.ts";
import { nelbo, nelboWeight } from "./index.ts";

test("the integrand of every token is the original's", () => {
  const [fixture, forward] = [readFixture("nelbo.safetensors"), readFixture("forward.safetensors")];
  const [clean, noisy, t] = ["x0", "xt", "t"].map((key) => fixtureNumbers(fixture, key)) as [
    number[],
    number[],
    number[],
  ];
  // Its logits are those of the forward fixture, which has the same x_t.
  const vocabSize = forward.get("logits_sigma0")!.shape[2]!;
  const grid = fixtureNumbers(forward, "logits_sigma0");
  const rows = noisy.flatMap((id, row) => (id === vocabSize - 1 ? [row] : []));
  const logits = Float32Array.from(rows.flatMap((row) => grid.slice(row * vocabSize, (row + 1) * vocabSize)));

  const { loss, integrand } = nelbo({ logits, rows, clean, weights: t.map((t) => 1 / t), vocabSize });
  const perToken = new Float64Array(clean.length);
  rows.forEach((row, i) => (perToken[row] = integrand[i]!));
  expect(largestError(perToken, fixtureNumbers(fixture, "per_token"))).toBeLessThan(1e-6);
  expect(loss).toBeCloseTo(perToken.reduce((sum, value) => sum + value, 0) / clean.length, 12);
});

test("the gradient is the slope", () => {
  const batch = { rows: [1, 4, 5], clean: [0, 3, 1, 2, 2, 1], weights: [1 / 0.3, 1 / 0.9], vocabSize: 5 };
  const at = Float64Array.from({ length: 15 }, (_, i) => 2 * Math.sin(7 * i));
  const slope = finiteDifferences(at, (logits) => nelbo({ ...batch, logits }).loss);
  expect(largestError(nelbo({ ...batch, logits: at }).gradient, slope)).toBeLessThan(1e-6);
});

test("the weight of the log-linear schedule is 1/t", () => {
  const fixture = readFixture("noise.safetensors");
  const [t, sigma, rate] = ["t", "loglinear.total", "loglinear.rate"].map((key) =>
    fixtureNumbers(fixture, key),
  ) as [number[], number[], number[]];
  const weights = t.map((_, i) => nelboWeight({ sigma: sigma[i]!, rate: rate[i]! }));
  expect(
    largestError(
      weights.map((weight, i) => weight * t[i]!),
      t.map(() => 1),
    ),
  ).toBeLessThan(1e-5);
});

/**
 * With mask probability t and weight 1/t, the expectation of two tokens' integrand is linear in t, so its integral over
 * [0, 1] is its value at 1/2, where each of the four maskings has probability 1/4.
 */
test("of the exact denoiser it is the entropy of the data", () => {
  const joint = [
    [0.4, 0.1],
    [0.2, 0.3],
  ];
  const marginals = [
    [0.5, 0.5],
    [0.6, 0.4],
  ];
  let [expected, entropy] = [0, 0];
  for (const first of [0, 1]) {
    for (const second of [0, 1]) {
      const p = joint[first]![second]!;
      entropy -= p * Math.log(p);
      const distributions = {
        both: [...marginals[0]!, 0, ...marginals[1]!, 0],
        first: [joint[0]![second]!, joint[1]![second]!, 0],
        second: [...joint[first]!, 0],
      };
      const perToken = (rows: number[], distribution: number[]): number =>
        nelbo({
          logits: Float64Array.from(distribution, Math.log),
          rows,
          clean: [first, second],
          weights: [2],
          vocabSize: 3,
        }).loss;
      expected +=
        (p / 4) *
        (perToken([0, 1], distributions.both) +
          perToken([0], distributions.first) +
          perToken([1], distributions.second));
    }
  }
  expect(2 * expected).toBeCloseTo(entropy, 14);
});

test("contradicting sizes and places outside the grid are refused", () => {
  const batch = {
    logits: new Float32Array(5),
    rows: [1],
    clean: [0, 1, 2, 3],
    weights: [1, 1],
    vocabSize: 5,
  };
  expect(() => nelbo({ ...batch, weights: [1, 1, 1] })).toThrow(/4 ids for 3 weights/);
  expect(() => nelbo({ ...batch, logits: new Float32Array(10) })).toThrow(/logits needs 5/);
  expect(() => nelbo({ ...batch, rows: [4] })).toThrow(/from 0 to 3 into the grid; got 4/);
  expect(() => nelbo({ ...batch, clean: [0, 4, 0, 0] })).toThrow(/from 0 to 3; got 4/);
});
