import { fixtureNumbers, readFixture } from "@sdtt/testing";
import { expect, test } from "vitest";
import { createGrid } from "./grid.ts";
import { createSchedule, logLinearSchedule, maskProbability } from "./schedules.ts";
import type { ScheduleName } from "./schedules.ts";
import {
  analyticFactor,
  ancestralStepProbabilities,
  eulerFactor,
  scoreStepProbabilities,
} from "./step-probabilities.ts";

const maskId = 96;
const vocabSize = 97;

/** The original's analytic step under SUBS: the score is the distribution times k = 1 / (exp(sigma) - 1), the mask's is 1. */
function analyticStepProbabilities(
  logProbs: number[],
  mask: number,
  now: number,
  next: number,
): Float64Array {
  const logScore = logProbs.map((logProb) => logProb - Math.log(Math.expm1(now)));
  return scoreStepProbabilities({ logScore, maskId: mask, factor: analyticFactor(now, next) });
}

function greatestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  return Math.max(...Array.from(expected, (value, i) => Math.abs(value - actual[i]!)));
}

test("the ancestral and the analytic step and the final argmax are the original's", () => {
  const fixture = readFixture("sampler_step.safetensors");
  const [x, t, logProbs] = ["x", "t", "logprobs"].map((key) => fixtureNumbers(fixture, key)) as [
    number[],
    number[],
    number[],
  ];
  const [dt] = fixtureNumbers(fixture, "dt") as [number];
  const row = (key: string, index: number): number[] =>
    fixtureNumbers(fixture, key).slice(index * vocabSize, (index + 1) * vocabSize);
  const argmax = fixtureNumbers(fixture, "denoise.argmax");
  const schedule = logLinearSchedule();
  const masked = [...x.keys()].filter((index) => x[index] === maskId);
  expect(masked.length).toBeGreaterThan(20);
  for (const index of masked) {
    const distribution = logProbs.slice(index * vocabSize, (index + 1) * vocabSize);
    const time = t[Math.floor(index / 32)]!;
    const step = { logProbs: distribution, maskId, maskedNow: maskProbability(schedule, time) };
    const ancestral = ancestralStepProbabilities({
      ...step,
      maskedNext: maskProbability(schedule, time - dt),
    });
    expect(greatestDifference(ancestral, row("ancestral.q_xs", index))).toBeLessThan(1e-5);
    const analytic = analyticStepProbabilities(
      distribution,
      maskId,
      schedule.sigma(time),
      schedule.sigma(time - dt),
    );
    expect(greatestDifference(analytic, row("analytic.probs", index))).toBeLessThan(1e-5);
    const final = ancestralStepProbabilities({ ...step, maskedNext: 0 });
    expect(final.indexOf(Math.max(...final))).toBe(argmax[index]);
  }
});

test.each<ScheduleName>(["loglinear", "cosine", "cosinesqr", "linear", "geometric"])(
  "ancestral equals analytic at every step of a %s chain",
  (name) => {
    const { sigma, masked } = createGrid(createSchedule(name), 64);
    const distribution = [0.5, 0.3, 0.1999, 0.0001, 0];
    const logProbs = distribution.map(Math.log);
    for (let i = 0; i < 64; i++) {
      const step = { logProbs, maskId: 4, maskedNow: masked(i), maskedNext: masked(i + 1) };
      const ancestral = ancestralStepProbabilities(step).map((weight) => weight / masked(i));
      expect(
        greatestDifference(ancestral, analyticStepProbabilities(logProbs, 4, sigma(i), sigma(i + 1))),
      ).toBeLessThan(1e-12);
    }
  },
);

test("SEDD's analytic, Euler and denoising steps are the original's", () => {
  const fixture = readFixture("sedd/expected.safetensors");
  const [x, t] = ["x", "t"].map((key) => fixtureNumbers(fixture, key)) as [number[], number[]];
  const [dt] = fixtureNumbers(fixture, "dt") as [number];
  const [analytic, euler, denoise] = ["analytic_probs", "euler_probs", "denoise_probs"].map((key) =>
    fixtureNumbers(fixture, key),
  ) as [number[], number[], number[]];
  const schedule = logLinearSchedule();
  const masked = [...x.keys()].filter((index) => x[index] === maskId);
  expect(masked.length).toBeGreaterThan(50);
  for (const index of masked) {
    const time = t[Math.floor(index / 32)]!;
    // The steps were taken from the score at sigma(t), which one of them gives back; `log_score` was asked elsewhere.
    const sigma = schedule.sigma(time);
    const drawn = denoise.slice(index * maskId, (index + 1) * maskId);
    const logScore = [...drawn.map((weight) => Math.log(weight / Math.expm1(sigma))), 0];
    const expected = (all: number[]): number[] => all.slice(index * vocabSize, (index + 1) * vocabSize);
    const step = (factor: number): Float64Array => scoreStepProbabilities({ logScore, maskId, factor });
    const analyticWeights = step(analyticFactor(sigma, schedule.sigma(time - dt)));
    expect(greatestDifference(analyticWeights, expected(analytic))).toBeLessThan(2e-6);
    expect(greatestDifference(step(eulerFactor(dt, schedule.rate(time))), expected(euler))).toBeLessThan(
      2e-6,
    );
  }
});
