import { createStream } from "@sdtt/core";
import type { DrawRequest } from "@sdtt/core";
import { chiSquaredPValue, countStates, textbookChain, threeByThree, toyDenoiser } from "@sdtt/testing";
import type { ToyDenoiser } from "@sdtt/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createSequence } from "./create-sequence.ts";
import { createGrid } from "./grid.ts";
import { finishSampling } from "./lock-step.ts";
import { createMaskChain } from "./mask-chain.ts";
import { sample } from "./sample.ts";
import type { SampleOptions } from "./sample.ts";
import type { RemaskingSampler } from "./sampler.ts";
import { logLinearSchedule } from "./schedules.ts";

const denoiser = threeByThree();
const { maskId } = denoiser;
const batch = 12_000;
type Options = Partial<SampleOptions> & { readonly sampler: RemaskingSampler; readonly steps: number };

/** The tokens of all texts after each step, `[steps + 2][batch * 3]`: a projection that changes nothing sees every step. */
async function run(options: Options, toy: ToyDenoiser = denoiser): Promise<Int32Array[]> {
  const states = Array.from({ length: options.steps + 2 }, () => new Int32Array(batch * 3));
  const { tokens } = await finishSampling(
    sample({
      denoiser: toy,
      length: 3,
      seed: 5,
      batch,
      ...options,
      project(tokens, { text, stepsDone }) {
        // A text that is done stays what it is.
        for (let step = stepsDone; step < states.length; step++) states[step]!.set(tokens, text * 3);
        return tokens;
      },
    }),
  );
  expect(states.at(-1)).toEqual(tokens);
  return states;
}

/** The probabilities of the formulas, which `mask-chain.test.ts` holds against the papers. */
function chainOf({ sampler, steps, eta, kappa, finalPass = true }: Options) {
  return createMaskChain({ sampler, steps, eta, kappa, finalPass, schedule: logLinearSchedule() });
}

function leastPValue(
  states: readonly Int32Array[],
  distributions: readonly Float64Array[],
  toy = denoiser,
): number {
  return Math.min(
    ...distributions.map((distribution, i) =>
      chiSquaredPValue(
        countStates(toy, states[i]!),
        Array.from(distribution, (probability) => probability * batch),
      ),
    ),
  );
}

const cases: Options[] = [
  { sampler: "remdm-cap", steps: 6, eta: 0.3 },
  { sampler: "remdm-cap", steps: 6, eta: 1, finalPass: false },
  { sampler: "remdm-rescale", steps: 6, eta: 0.5 },
  { sampler: "remdm-loop", steps: 10, eta: 0.1 },
  { sampler: "psi", steps: 6, kappa: 0.4 },
  { sampler: "psi", steps: 3, kappa: 0 },
];

test.each(cases)(
  "the drawn paths of %o cannot be told from the textbook chain at any step, but from one that masks a quarter less",
  async (options) => {
    const states = await run(options);
    const { reveal, remask } = chainOf(options);
    const enumerate = (distortion: number) =>
      textbookChain({
        denoiser,
        steps: options.steps,
        revealProbability: (step) => reveal[step]!,
        remaskProbability: (step) => distortion * remask[step]!,
        final: "argmax",
      });
    expect(leastPValue(states, enumerate(1))).toBeGreaterThan(1e-3);
    expect(leastPValue(states, enumerate(0.75))).toBeLessThan(1e-6);
  },
);

/** The distribution of the pattern of masks of three positions over all times, each step drawn for itself: `[(2 ** 3) ** steps]`. */
function distributionOfPaths(reveal: Float64Array, remask: Float64Array): Float64Array {
  let distribution = Float64Array.of(1);
  for (let step = 0; step < reveal.length; step++) {
    const longer = new Float64Array(distribution.length * 8);
    for (const [path, probability] of distribution.entries()) {
      // At the start all are masked.
      const before = step === 0 ? 7 : path % 8;
      for (let after = 0; after < 8; after++) {
        let chance = probability;
        for (const bit of [1, 2, 4]) {
          const leaves = before & bit ? reveal[step]! : remask[step]!;
          chance *= (before & bit) === (after & bit) ? 1 - leaves : leaves;
        }
        longer[path * 8 + after]! += chance;
      }
    }
    distribution = longer;
  }
  return distribution;
}

test.each<Options>([
  { sampler: "remdm-cap", steps: 4, eta: 0.3 },
  { sampler: "remdm-loop", steps: 4, eta: 0.1 },
  { sampler: "psi", steps: 4, kappa: 0.4 },
])(
  "whole paths of %o have the distribution of steps that are drawn one by one, and not of another",
  async (options) => {
    const states = (await run(options)).slice(1, options.steps + 1);
    const { reveal, remask } = chainOf(options);
    const counts = Array.from({ length: 8 ** options.steps }, () => 0);
    for (let text = 0; text < batch; text++) {
      const path = states.reduce((path, tokens) => {
        const bits = [1, 2, 4].map((bit, i) => (tokens[text * 3 + i] === maskId ? bit : 0));
        return path * 8 + bits.reduce((sum, bit) => sum + bit);
      }, 0);
      counts[path]!++;
    }
    const pValue = (distribution: Float64Array) =>
      chiSquaredPValue(
        counts,
        [...distribution].map((share) => share * batch),
      );
    expect(pValue(distributionOfPaths(reveal, remask))).toBeGreaterThan(1e-3);
    expect(
      pValue(
        distributionOfPaths(
          reveal,
          remask.map((share) => 0.75 * share),
        ),
      ),
    ).toBeLessThan(1e-6);
  },
);

test("remdm-conf follows its chain, drawn step by step, where what a token was drawn with is known from the token", async () => {
  // Positions that do not lean on each other: the distribution of a token is the same whenever it is drawn.
  const distributions = [
    [0.7, 0.2, 0.1],
    [0.05, 0.05, 0.9],
    [0.4, 0.35, 0.25],
  ];
  const joint = Array.from(
    { length: 27 },
    (_, text) =>
      distributions[0]![Math.floor(text / 9)]! *
      distributions[1]![Math.floor(text / 3) % 3]! *
      distributions[2]![text % 3]!,
  );
  const toy = toyDenoiser({ length: 3, vocabSize: 4, joint });
  const options: Options = { sampler: "remdm-conf", steps: 6 };
  const states = await run(options, toy);
  const { masked } = createGrid(logLinearSchedule(), 6);
  const enumerate = (temperature: number) =>
    textbookChain({
      denoiser: toy,
      steps: 6,
      revealProbability: (step) => 1 - masked(step + 1) / masked(step),
      remaskProbability(step, position, tokens) {
        const weights = Array.from(tokens, (id, i) =>
          id === maskId ? 0 : Math.exp(-distributions[i]![id]! / temperature),
        );
        const share = weights[position]! / weights.reduce((sum, weight) => sum + weight);
        return share * Math.min(1, masked(step + 1) / (1 - masked(step)));
      },
      final: "argmax",
    });
  expect(leastPValue(states, enumerate(1), toy)).toBeGreaterThan(1e-3);
  expect(leastPValue(states, enumerate(0.1), toy)).toBeLessThan(1e-6);
});

test.each<Options>([
  { sampler: "remdm-cap", steps: 40, eta: 0 },
  { sampler: "remdm-rescale", steps: 40, eta: 0 },
  { sampler: "psi", steps: 40, kappa: 1 },
])("%o masks nothing again and is the plain chain, text for text", async (options) => {
  const common = { denoiser, length: 3, seed: 8, batch: 200 };
  const plain = await finishSampling(sample({ ...common, steps: 40 }));
  expect(await finishSampling(sample({ ...common, ...options }))).toEqual(plain);
});

const wide = toyDenoiser({
  length: 6,
  vocabSize: 3,
  joint: Array.from({ length: 64 }, (_, text) => 1 + 3 * ((text ^ (text >> 1)) & 31)),
});

test("rows are asked for only where a token is written, steps that only mask take no pass, and all is told in the events", async () => {
  const requests: DrawRequest[] = [];
  const watched = { ...wide, draw: (request: DrawRequest) => (requests.push(request), wide.draw(request)) };
  const options: SampleOptions = {
    denoiser: watched,
    length: 6,
    steps: 200,
    sampler: "remdm-cap",
    eta: 0.15,
    seed: 3,
    template: [0, wide.maskId, 1],
  };
  const told = Int32Array.of(0, wide.maskId, 1, wide.maskId, wide.maskId, wide.maskId);
  let [revealed, remasked, passes] = [0, 0, 0];
  for await (const event of sample(options)) {
    for (const row of event.remasked) told[row] = wide.maskId;
    for (const [i, row] of event.revealed.rows.entries()) {
      told[row] = event.revealed.ids[i]!;
    }
    expect(event.passes).toBe(++passes);
    remasked += event.remasked.length;
    revealed += event.revealed.rows.length;
    expect(told).toEqual(event.tokens);
  }
  expect(remasked).toBeGreaterThan(20);
  expect(revealed).toBe(remasked + 4);
  expect(requests.reduce((sum, { rows }) => sum + rows.length, 0)).toBe(revealed);
  expect(requests.every(({ tokens, rows }) => rows.every((row) => tokens[row] === wide.maskId))).toBe(true);
  expect(passes).toBeLessThan(120);
  expect(told).not.toContain(wide.maskId);
});

const settings = fc.oneof(
  fc.record({
    sampler: fc.constantFrom("remdm-cap" as const, "remdm-rescale" as const),
    eta: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({ sampler: fc.constant("psi" as const), kappa: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({
    sampler: fc.constant("remdm-loop" as const),
    eta: fc.double({ min: 0, max: 0.11, noNaN: true }),
  }),
  fc.record({ sampler: fc.constant("remdm-conf" as const) }),
);

test("what was given is never masked, each draw has a uniform of its own, and the text ends whole", () => {
  const ids = fc.array(fc.constantFrom(0, 1, wide.maskId), { maxLength: 24 });
  fc.assert(
    fc.property(
      ids,
      settings,
      fc.integer({ min: 12, max: 80 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(),
      (ids, setting, steps, finalPass, blocks, seed) => {
        const template = Int32Array.from(ids);
        const reveal = { ...setting, steps, blocks, ...(blocks === 1 ? { finalPass } : {}) };
        const common = { template, vocabSize: 3, maskId: wide.maskId, stream: createStream(seed) };
        const sequence = createSequence({ ...common, ...reveal });
        const uniforms: number[] = [];
        for (let request = sequence.next(); request; request = sequence.next()) {
          expect(request.step).toBeLessThanOrEqual(steps);
          expect(request.positions.every((position) => sequence.tokens[position] === wide.maskId)).toBe(true);
          uniforms.push(...request.uniforms);
          const { length } = request.positions;
          const change = sequence.apply({
            ids: new Int32Array(length).fill(2 - 1),
            logProbs: new Float32Array(length),
          });
          expect(change.remasked.every((position) => template[position] === wide.maskId)).toBe(true);
        }
        expect(new Set(uniforms).size).toBe(uniforms.length);
        expect(sequence.tokens).toEqual(template.map((id) => (id === wide.maskId ? 1 : id)));
        expect(sequence.given).toEqual(
          Int32Array.from([...ids.keys()].filter((i) => ids[i] !== wide.maskId)),
        );
      },
    ),
    { seed: 12, numRuns: 200 },
  );
});

test.each(["remdm-cap", "remdm-conf"] as const)(
  "%s: passing over empty steps gives what a projection that changes nothing, asked after each step, leaves",
  async (sampler) => {
    const options: SampleOptions = { denoiser: wide, length: 6, steps: 60, sampler, seed: 2, batch: 20 };
    const skipped = await finishSampling(sample(options));
    expect(await finishSampling(sample({ ...options, project: (tokens) => tokens }))).toEqual(skipped);
  },
);

test("a token that a projection writes has no path: it stays", async () => {
  const project = (tokens: Int32Array, { stepsDone }: { stepsDone: number }) =>
    stepsDone === 0 ? tokens.with(2, 1) : tokens;
  for await (const { tokens } of sample({
    denoiser: wide,
    length: 6,
    steps: 100,
    sampler: "psi",
    kappa: 0.5,
    seed: 4,
    project,
  })) {
    expect(tokens[2]).toBe(1);
  }
});
