import { chiSquaredPValue, countStates, textbookChain, threeByThree } from "@sdtt/testing";
import type { TextbookChainOptions } from "@sdtt/testing";
import { expect, test } from "vitest";
import { createGrid } from "./grid.ts";
import { finishSampling } from "./lock-step.ts";
import { sample } from "./sample.ts";
import type { SampleOptions } from "./sample.ts";
import { linearSchedule, logLinearSchedule } from "./schedules.ts";

const denoiser = threeByThree();
const common = { denoiser, length: 3, batch: 10_000 };

/** The chain that the samplers promise, enumerated; `distortion` multiplies its reveal probability. */
function enumerate(
  options: SampleOptions,
  { distortion = 1, project }: { distortion?: number; project?: TextbookChainOptions["project"] } = {},
): Float64Array[] {
  const { steps = 1, schedule = logLinearSchedule() } = options;
  const { masked } = createGrid(schedule, steps);
  const revealProbability = (step: number): number => distortion * (1 - masked(step + 1) / masked(step));
  return textbookChain({ denoiser, steps, revealProbability, final: "argmax", project });
}

/** The tokens of all texts after each step of a run, and at its end. */
async function run(options: SampleOptions): Promise<Int32Array[]> {
  const states: Int32Array[] = [];
  let tokens: Int32Array = new Int32Array(options.batch! * 3).fill(denoiser.maskId);
  for await (const event of sample(options)) {
    // What an empty step leaves is compared as well.
    while (states.length < event.step) states.push(tokens);
    tokens = event.tokens;
  }
  while (states.length <= options.steps!) states.push(tokens);
  return states;
}

/** The least p-value of a run's states after each step, against the distributions of an enumerated chain. */
function leastPValue(states: Int32Array[], distributions: Float64Array[]): number {
  return Math.min(...states.map((tokens, i) => pValueOf(tokens, distributions[i + 1]!)));
}

function pValueOf(tokens: Int32Array, distribution: Float64Array): number {
  const texts = tokens.length / 3;
  return chiSquaredPValue(
    countStates(denoiser, tokens),
    Array.from(distribution, (probability) => probability * texts),
  );
}

test.each([1, 2, 3, 16])(
  "%i steps cannot be told from the textbook chain at any step, but from one that reveals four percent less",
  async (steps) => {
    const options: SampleOptions = { ...common, steps, seed: steps };
    const states = await run(options);
    expect(states.length).toBe(steps + 1);
    expect(leastPValue(states, enumerate(options))).toBeGreaterThan(1e-3);
    expect(leastPValue(states, enumerate(options, { distortion: 0.96 }))).toBeLessThan(1e-6);
  },
);

test("another schedule follows its own chain, left-overs taken greedily", async () => {
  // It leaves 9 of 100 masks to the final pass.
  const schedule = linearSchedule({ sigmaMin: 0.1, sigmaMax: 6 });
  const options: SampleOptions = { ...common, steps: 4, seed: 5, schedule };
  expect(leastPValue(await run(options), enumerate(options))).toBeGreaterThan(1e-3);
});

test("the float32 race follows the same chain where no outcome is rare", async () => {
  const options: SampleOptions = { ...common, steps: 3, seed: 11, precision: "gumbel32" };
  expect(leastPValue(await run(options), enumerate(options))).toBeGreaterThan(1e-3);
});

test("a projection that writes and masks again leaves the rest of the chain its distribution", async () => {
  const project = (tokens: Int32Array, stepsDone: number): Int32Array => {
    if (stepsDone === 1) return tokens.with(2, 1);
    if (stepsDone === 2 && tokens[0] === tokens[1]) return tokens.fill(denoiser.maskId, 0, 2);
    return tokens;
  };
  const options: SampleOptions = {
    ...common,
    steps: 5,
    seed: 6,
    project: (t, at) => project(t, at.stepsDone),
  };
  const states = await run(options);
  expect(leastPValue(states, enumerate(options, { project }))).toBeGreaterThan(1e-3);
  expect(leastPValue(states, enumerate(options))).toBe(0);
});

test("first hitting one position a pass draws from the joint distribution itself, with and without a template", async () => {
  const { tokens, passes } = await finishSampling(sample({ ...common, sampler: "first-hitting", seed: 7 }));
  expect(passes).toBe(3);
  const joint = jointDistribution(() => true);
  expect(pValueOf(tokens, joint)).toBeGreaterThan(1e-3);

  const template = [3, 1];
  const infilled = await finishSampling(sample({ ...common, sampler: "first-hitting", seed: 8, template }));
  expect(infilled.passes).toBe(2);
  expect(
    pValueOf(
      infilled.tokens,
      jointDistribution((state) => Math.floor(state / 4) % 4 === 1),
    ),
  ).toBeGreaterThan(1e-3);

  // The order of confidence draws from another distribution, even from a model that makes no errors.
  const confident = sample({ ...common, sampler: "first-hitting", order: "confidence", seed: 9 });
  expect(pValueOf((await finishSampling(confident)).tokens, joint)).toBe(0);
});

/** The joint distribution over the states of the chain, of those complete texts that are allowed. */
function jointDistribution(allowed: (state: number) => boolean): Float64Array {
  const distribution = new Float64Array(64);
  for (const [text, probability] of denoiser.joint.entries()) {
    const state = Math.floor(text / 9) * 16 + (Math.floor(text / 3) % 3) * 4 + (text % 3);
    if (allowed(state)) distribution[state] = probability;
  }
  const total = distribution.reduce((sum, probability) => sum + probability, 0);
  return distribution.map((probability) => probability / total);
}
