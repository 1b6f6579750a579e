import type { Denoiser, ScoreModel } from "@sdtt/core";
import { threeByThree } from "@sdtt/testing";
import { expect, test } from "vitest";
import { finishSampling } from "./lock-step.ts";
import { sample } from "./sample.ts";
import { sampleScore } from "./sample-score.ts";

const toy = threeByThree();
const { vocabSize, maskId } = toy;
const common = { length: 3, steps: 4, seed: 1, batch: 4 };
const notFinite = [Number.NaN, Infinity];

/** A denoiser that fails from its second call on: the first answers are right. */
function broken(value: number): Denoiser {
  let calls = 0;
  return {
    ...toy,
    async draw(request) {
      const draws = await toy.draw(request);
      return calls++ === 0 ? draws : { ...draws, logProbs: draws.logProbs.fill(value) };
    },
    async logProbs(request) {
      const distributions = await toy.logProbs(request);
      return calls++ === 0 ? distributions : distributions.fill(value, 1, 2);
    },
  };
}

test.each(notFinite)(
  "a model that draws at %d ends the sampler with the step, whatever model it is",
  async (value) => {
    for (const options of [
      {},
      { order: "confidence" as const },
      { order: "spread" as const },
      { sampler: "first-hitting" as const, steps: undefined },
    ]) {
      await expect(
        finishSampling(sample({ ...common, ...options, denoiser: broken(value) })),
      ).rejects.toMatchObject({
        code: "numeric",
        message: expect.stringMatching(
          /^Step [234] of \d: The model drew a token of log-probability (NaN|Infinity) at position \d/,
        ),
      });
    }
  },
);

test.each(notFinite)("so does a distribution that holds %d in the float32 race", async (value) => {
  await expect(
    finishSampling(sample({ ...common, precision: "gumbel32", denoiser: broken(value) })),
  ).rejects.toMatchObject({
    code: "numeric",
    message: expect.stringMatching(/^Step 2 of 4: The model weighs token 1 as (NaN|Infinity) at position/),
  });
});

test.each([...notFinite, -Infinity])("and a score of %d", async (value) => {
  const model: ScoreModel = {
    vocabSize,
    maskId,
    logScore: async ({ rows }) => new Float32Array(rows.length * vocabSize).fill(value),
  };
  for (const precision of ["exact", "gumbel32"] as const) {
    const steps =
      value === -Infinity
        ? /^The final pass after 4 steps: The model gives no token a chance/
        : /^Step 1 of 4: /;
    await expect(finishSampling(sampleScore({ ...common, model, precision }))).rejects.toMatchObject({
      code: "numeric",
      message: expect.stringMatching(steps),
    });
  }
});

test("errors of other kinds pass as they are", async () => {
  const denoiser: Denoiser = { ...toy, draw: () => Promise.reject(new RangeError("mine")) };
  await expect(finishSampling(sample({ ...common, denoiser }))).rejects.toThrow(/^mine$/);
});
