import type { ScoreModel, TokenSet } from "@sdtt/core";
import { chiSquaredPValue, countStates, textbookChain, threeByThree } from "@sdtt/testing";
import type { ToyDenoiser } from "@sdtt/testing";
import { describe, expect, test } from "vitest";
import type { SampleResult } from "./lock-step.ts";
import { sample } from "./sample.ts";
import { sampleScore } from "./sample-score.ts";

const denoiser = threeByThree();
const { vocabSize, maskId } = denoiser;

/** The middle position may only become token 0 or 2, the last only token 1. */
const allowed: ReadonlyMap<number, TokenSet> = new Map([
  [1, Uint8Array.of(1, 0, 1, 0)],
  [2, Uint8Array.of(0, 1, 0, 0)],
]);

/** A model whose distribution at those positions is conditioned on the sets, so that any sampler draws as it should. */
const conditionedDenoiser: ToyDenoiser = {
  ...denoiser,
  distribution(tokens, position) {
    const kept = denoiser
      .distribution(tokens, position)
      .map((p, id) => p * (allowed.get(position)?.[id] ?? 1));
    const total = kept.reduce((sum, probability) => sum + probability, 0);
    return kept.map((probability) => probability / total);
  },
};

const trueScore: ScoreModel = {
  vocabSize,
  maskId,
  async logScore(request) {
    const values = await denoiser.logProbs(request);
    const level = (i: number) => {
      const row = request.rows[Math.floor(i / vocabSize)]!;
      return Math.log(Math.expm1(request.sigma![Math.floor(row / request.length)]!));
    };
    return values.map((logProb, i) => (i % vocabSize === maskId ? 0 : logProb - level(i)));
  },
};

async function finalTokens(sampler: AsyncGenerator<unknown, SampleResult>): Promise<Int32Array> {
  for (;;) {
    const { done, value } = await sampler.next();
    if (done) return value.tokens;
  }
}

const steps = 3;
const common = { length: 3, batch: 6000, steps, seed: 4, allowed };
const timeOf = (step: number) => 1 - (step * (1 - 1e-5)) / steps;
const distributionAtEnd = (model: ToyDenoiser, final: "argmax" | "draw") =>
  textbookChain({
    denoiser: model,
    steps,
    revealProbability: (step) => 1 - timeOf(step + 1) / timeOf(step),
    final,
  }).at(-1)!;

function pValue(tokens: Int32Array, distribution: Float64Array): number {
  return chiSquaredPValue(
    countStates(denoiser, tokens),
    Array.from(distribution, (probability) => probability * common.batch),
  );
}

describe("positions that may only become some tokens follow the chain of the conditioned distribution", () => {
  const samplers = {
    "by plan": () => sample({ ...common, denoiser }),
    "by the float32 race": () => sample({ ...common, denoiser, precision: "gumbel32" }),
    "by a score": () => sampleScore({ ...common, model: trueScore }),
    "by a score, in the float32 race": () =>
      sampleScore({ ...common, model: trueScore, precision: "gumbel32", rowsPerCall: 100 }),
  };
  for (const [name, start] of Object.entries(samplers)) {
    test(name, async () => {
      const tokens = await finalTokens(start());
      const final = name.includes("score") ? "draw" : "argmax";
      expect(pValue(tokens, distributionAtEnd(conditionedDenoiser, final))).toBeGreaterThan(1e-3);
      expect(pValue(tokens, distributionAtEnd(denoiser, final))).toBe(0);
    });
  }

  test("in the order of confidence, too, nothing else is written", async () => {
    const tokens = await finalTokens(sample({ ...common, denoiser, order: "confidence" }));
    for (const [i, id] of tokens.entries()) expect(allowed.get(i % 3)?.[id] ?? 1).toBe(1);
  });
});

test("log-probabilities are those of the whole distribution", async () => {
  const seen: number[] = [];
  const only = new Map([[0, Uint8Array.of(0, 1, 0, 0)]]);
  for (const precision of ["exact", "gumbel32"] as const) {
    for await (const { revealed } of sample({
      ...common,
      batch: 1,
      template: [maskId, 0, 0],
      denoiser,
      precision,
      allowed: only,
    })) {
      seen.push(...revealed.logProbs);
    }
  }
  const truth = Math.log(denoiser.distribution([maskId, 0, 0], 0)[1]!);
  expect(seen).toHaveLength(2);
  for (const value of seen) expect(value).toBeCloseTo(truth, 5);
});

test("sets that hold nothing, the mask or another vocabulary are refused, and positions outside the text", () => {
  const bad: [number, TokenSet][] = [
    [0, new Uint8Array(4)],
    [0, Uint8Array.of(1, 1, 1, 1)],
    [0, Uint8Array.of(1, 0, 0)],
    [3, Uint8Array.of(1, 0, 0, 0)],
  ];
  for (const entry of bad) {
    const start = () => sample({ ...common, batch: 1, denoiser, allowed: new Map([entry]) });
    expect(start).toThrow(/allowed/);
  }
});
