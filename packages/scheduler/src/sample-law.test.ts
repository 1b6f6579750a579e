import { chiSquaredPValue, countStates, textbookChain, threeByThree } from "@sdtt/testing";
import type { TextbookChainOptions } from "@sdtt/testing";
import { expect, test } from "vitest";
import { createGrid, samplingTimes } from "./grid.ts";
import { finish } from "./lock-step.ts";
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
  const { masked } = createGrid(schedule, samplingTimes(steps));
  const revealProbability = (step: number): number => distortion * (1 - masked[step + 1]! / masked[step]!);
  return textbookChain({ denoiser, steps, revealProbability, final: "argmax", project });
}

/** The p-values of a run's states after each step and at its end, against the laws of an enumerated chain. */
async function compare(options: SampleOptions, laws: Float64Array[]): Promise<number[]> {
  const sampler = sample(options);
  let tokens = new Int32Array(options.batch! * 3).fill(denoiser.maskId);
  const pValues: number[] = [];
  for await (const event of sampler) {
    // What an empty step leaves is compared as well.
    while (pValues.length < event.step) pValues.push(pValueOf(tokens, laws[pValues.length + 1]!));
    tokens = event.tokens as Int32Array<ArrayBuffer>;
  }
  while (pValues.length < laws.length - 1) pValues.push(pValueOf(tokens, laws[pValues.length + 1]!));
  return pValues;
}

function pValueOf(tokens: Int32Array, law: Float64Array): number {
  const texts = tokens.length / 3;
  return chiSquaredPValue(
    countStates(denoiser, tokens),
    Array.from(law, (probability) => probability * texts),
  );
}

test.each([1, 2, 3, 16])("%i steps cannot be told from the textbook chain, step by step", async (steps) => {
  const options: SampleOptions = { ...common, steps, seed: steps };
  const pValues = await compare(options, enumerate(options));
  expect(pValues.length).toBe(steps + 1);
  expect(Math.min(...pValues)).toBeGreaterThan(1e-3);
});

test("the same comparison catches a reveal probability that is off by 4 %, at every number of steps", async () => {
  for (const steps of [1, 2, 3, 16]) {
    const options: SampleOptions = { ...common, steps, seed: steps };
    const pValues = await compare(options, enumerate(options, { distortion: 0.96 }));
    expect(Math.min(...pValues)).toBeLessThan(1e-6);
  }
});

test("another schedule follows its own chain, left-overs taken greedily", async () => {
  // It leaves 9 of 100 masks to the final pass.
  const schedule = linearSchedule({ sigmaMin: 0.1, sigmaMax: 6 });
  const options: SampleOptions = { ...common, steps: 4, seed: 5, schedule };
  expect(Math.min(...(await compare(options, enumerate(options))))).toBeGreaterThan(1e-3);
});

test("the float32 race follows the same chain where no outcome is rare", async () => {
  const options: SampleOptions = { ...common, steps: 3, seed: 11, precision: "gumbel32" };
  expect(Math.min(...(await compare(options, enumerate(options))))).toBeGreaterThan(1e-3);
});

test("a projection that writes and masks again leaves the rest of the chain its law", async () => {
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
  expect(Math.min(...(await compare(options, enumerate(options, { project }))))).toBeGreaterThan(1e-3);
});

test("first hitting one position a pass draws from the joint law itself, with and without a template", async () => {
  const { tokens, passes } = await finish(sample({ ...common, sampler: "first-hitting", seed: 7 }));
  expect(passes).toBe(3);
  const joint = jointLaw(() => true);
  expect(pValueOf(tokens, joint)).toBeGreaterThan(1e-3);

  const template = [3, 1];
  const infilled = await finish(sample({ ...common, sampler: "first-hitting", seed: 8, template }));
  expect(infilled.passes).toBe(2);
  expect(
    pValueOf(
      infilled.tokens,
      jointLaw((state) => Math.floor(state / 4) % 4 === 1),
    ),
  ).toBeGreaterThan(1e-3);

  // The order of confidence draws from another law, even from a model that makes no errors.
  const confident = sample({ ...common, sampler: "first-hitting", order: "confidence", seed: 9 });
  expect(pValueOf((await finish(confident)).tokens, joint)).toBe(0);
});

/** The joint law over the states of the chain, of those complete texts that are allowed. */
function jointLaw(allowed: (state: number) => boolean): Float64Array {
  const law = new Float64Array(64);
  for (const [text, probability] of denoiser.joint.entries()) {
    const state = Math.floor(text / 9) * 16 + (Math.floor(text / 3) % 3) * 4 + (text % 3);
    if (allowed(state)) law[state] = probability;
  }
  const total = law.reduce((sum, probability) => sum + probability, 0);
  return law.map((probability) => probability / total);
}
