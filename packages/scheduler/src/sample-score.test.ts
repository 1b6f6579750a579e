import type { ScoreModel } from "@sdtt/core";
import { chiSquaredPValue, countStates, textbookChain, threeByThree } from "@sdtt/testing";
import { expect, test } from "vitest";
import { createGrid } from "./grid.ts";
import { finishSampling } from "./lock-step.ts";
import { sampleScore } from "./sample-score.ts";
import type { SampleScoreOptions } from "./sample-score.ts";
import { logLinearSchedule } from "./schedules.ts";

const denoiser = threeByThree();
const { vocabSize, maskId } = denoiser;

/** The true concrete score under absorbing diffusion: the distribution times 1 / (exp(sigma) - 1). */
const model: ScoreModel = {
  vocabSize,
  maskId,
  async logScore(request) {
    const values = await denoiser.logProbs(request);
    return values.map((logProb, i) => {
      if (i % vocabSize === maskId) return 0;
      const row = request.rows[Math.floor(i / vocabSize)]!;
      return logProb - Math.log(Math.expm1(request.sigma![Math.floor(row / request.length)]!));
    });
  },
};
const common: SampleScoreOptions = { model, length: 3, batch: 4000, steps: 3, seed: 1 };

/** The distribution at the end of the chain, whose Euler steps reveal a first order of what the analytic ones do. */
function enumerate({ steps, predictor }: SampleScoreOptions): Float64Array {
  const schedule = logLinearSchedule();
  const { time, sigma, masked } = createGrid(schedule, steps);
  const revealProbability = (step: number): number =>
    predictor === "euler"
      ? ((time(step) - time(step + 1)) * schedule.rate(time(step))) / Math.expm1(sigma(step))
      : 1 - masked(step + 1) / masked(step);
  return textbookChain({ denoiser, steps, revealProbability, final: "draw" }).at(-1)!;
}

async function pValue(options: SampleScoreOptions, distribution = enumerate(options)): Promise<number> {
  const { tokens } = await finishSampling(sampleScore(options));
  return chiSquaredPValue(
    countStates(denoiser, tokens),
    Array.from(distribution, (probability) => probability * options.batch!),
  );
}

test.each<Partial<SampleScoreOptions>>([
  { predictor: "analytic", steps: 1 },
  { predictor: "analytic", steps: 4 },
  { predictor: "euler", steps: 2 },
  { predictor: "euler", steps: 12 },
  { predictor: "analytic", precision: "gumbel32" },
])("%o cannot be told from the textbook chain", async (options) => {
  expect(await pValue({ ...common, ...options })).toBeGreaterThan(1e-3);
});

test("the same comparison tells two steps from three", async () => {
  expect(await pValue(common, enumerate({ ...common, steps: 2 }))).toBeLessThan(1e-6);
});

test.each<Partial<SampleScoreOptions>>([
  {},
  { predictor: "euler" },
  { precision: "gumbel32", rowsPerCall: 2 },
])("a seed gives the same texts alone and inside a batch of 8: %o", async (options) => {
  const { tokens } = await finishSampling(sampleScore({ ...common, ...options, batch: 8 }));
  for (let text = 0; text < 8; text++) {
    const alone = await finishSampling(
      sampleScore({ ...common, ...options, batch: 1, sequenceOffset: text }),
    );
    expect(alone.tokens).toEqual(tokens.slice(text * 3, text * 3 + 3));
  }
});

test("a step asks all masked rows, in calls of limited size, and reports what it revealed", async () => {
  const calls: number[] = [];
  const counting: ScoreModel = {
    ...model,
    logScore(request) {
      calls.push(request.rows.length);
      return model.logScore(request);
    },
  };
  const sampler = sampleScore({
    ...common,
    model: counting,
    batch: 5,
    steps: 2,
    rowsPerCall: 4,
    template: [maskId, 1],
  });
  let left = 10;
  for await (const { revealed, tokens } of sampler) {
    expect(calls.splice(0)).toEqual(left > 8 ? [4, 4, 2] : left > 4 ? [4, left - 4] : [left]);
    left -= revealed.rows.length;
    for (const [i, row] of revealed.rows.entries()) {
      expect(tokens[row]).toBe(revealed.ids[i]);
      expect(revealed.logProbs[i]).toBeLessThan(0);
    }
  }
  expect(left).toBe(0);
});

test.each<[Partial<SampleScoreOptions>, RegExp]>([
  [{ steps: 0 }, /steps must be an integer of at least 1; got 0/],
  [{ predictor: "heun" as never }, /predictor must be one of analytic, euler; got heun/],
  [{ template: [4] }, /template holds the id 4/],
  [{ precision: "half" as never }, /precision must be one of/],
])("%o is refused at once", (options, message) => {
  expect(() => sampleScore({ ...common, ...options })).toThrow(message);
});
