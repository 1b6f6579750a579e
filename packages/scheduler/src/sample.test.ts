import type { Denoiser, DrawRequest, RowsRequest } from "@sdtt/core";
import { threeByThree, toyDenoiser } from "@sdtt/testing";
import { expect, test } from "vitest";
import { finishSampling } from "./lock-step.ts";
import { sample } from "./sample.ts";
import type { SampleOptions } from "./sample.ts";
import { linearSchedule } from "./schedules.ts";

/** Six positions of two tokens: texts that alternate are likelier. */
const denoiser = toyDenoiser({
  length: 6,
  vocabSize: 3,
  joint: Array.from({ length: 64 }, (_, text) => 1 + 3 * ((text ^ (text >> 1)) & 31)),
});
const { maskId } = denoiser;
const common: SampleOptions = { denoiser, length: 6, steps: 4, seed: 1 };
const adaptive: Partial<SampleOptions> = { sampler: "entropy-bounded", steps: undefined };

function watched(requests: DrawRequest[]): Denoiser {
  return {
    ...denoiser,
    draw(request) {
      requests.push(request);
      return denoiser.draw(request);
    },
  };
}

test.each<Partial<SampleOptions>>([
  {},
  { sampler: "first-hitting", steps: undefined },
  { order: "confidence" },
  { sampler: "entropy-bounded", gamma: 0.7, steps: undefined },
  { sampler: "confidence-threshold", threshold: 0.6, steps: undefined },
  { sampler: "confidence-factor", steps: undefined, temperature: 0.8 },
  { precision: "gumbel32" },
  { precision: "gumbel32", rowsPerCall: 4 },
  { template: [0, maskId, 1], temperature: 0.7, topP: 0.9 },
  { sampler: "remdm-cap", steps: 24, eta: 0.2, template: [0] },
  { sampler: "remdm-rescale", steps: 24, eta: 0.2, finalPass: false },
  { sampler: "remdm-loop", steps: 24, eta: 0.1 },
  { sampler: "remdm-conf", steps: 24, temperature: 0.8 },
  { sampler: "psi", steps: 24, kappa: 0.8 },
  { steps: 6, blocks: 3 },
  { sampler: "psi", steps: 12, kappa: 0.5, blocks: 2 },
  { guidance: 1.5, template: [0, maskId, 1], topP: 0.9 },
])("a seed gives the same texts alone and inside a batch of 8: %o", async (options) => {
  const { tokens, passesPerText } = await finishSampling(sample({ ...common, ...options, batch: 8 }));
  for (let text = 0; text < 8; text++) {
    const alone = await finishSampling(sample({ ...common, ...options, sequenceOffset: text }));
    expect(alone.tokens).toEqual(tokens.slice(text * 6, text * 6 + 6));
    expect(alone.passes).toBe(passesPerText[text]);
  }
  expect(
    new Set(Array.from({ length: 8 }, (_, i) => tokens.slice(i * 6, i * 6 + 6).join())).size,
  ).toBeGreaterThan(2);
});

test("ancestral and analytic give the same texts", async () => {
  const ancestral = await finishSampling(sample({ ...common, batch: 8 }));
  expect(await finishSampling(sample({ ...common, batch: 8, sampler: "analytic" }))).toEqual(ancestral);
});

test("only rows to reveal are asked, in passes that concern them, and steps that reveal nothing are skipped", async () => {
  const requests: DrawRequest[] = [];
  const options = { ...common, denoiser: watched(requests), steps: 500, batch: 2, template: [0], addEos: 1 };
  const sampler = sample(options);
  let tokens = Int32Array.of(0, 2, 2, 2, 2, 1, 0, 2, 2, 2, 2, 1);
  let passes = 0;
  const revealed: number[] = [];
  for await (const event of sampler) {
    expect(event.passes).toBe(++passes);
    expect(event.steps).toBe(500);
    for (const [i, row] of event.revealed.rows.entries()) tokens = tokens.with(row, event.revealed.ids[i]!);
    expect(event.tokens).toEqual(tokens);
    revealed.push(...event.revealed.rows);
  }
  expect(revealed.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 7, 8, 9, 10]);
  expect(requests.length).toBe(passes);
  expect(passes).toBeLessThanOrEqual(8);
  for (const { tokens, rows, batch } of requests) {
    expect(rows.every((row) => tokens[row] === maskId)).toBe(true);
    expect(new Set(rows.map((row) => Math.floor(row / 6))).size).toBe(batch);
  }
  expect(await finishSampling(sample(options))).toMatchObject({ tokens, passes });
});

test.each<Partial<SampleOptions>>([
  {},
  { precision: "gumbel32", rowsPerCall: 3 },
  { guidance: 1, template: [0] },
])("every text has a noise seed of its own at each step, whoever else is asked: %o", async (options) => {
  const seedsOf = async (texts: Partial<SampleOptions>): Promise<Set<number>> => {
    const seeds = new Set<number>();
    const note = ({ noiseSeeds, batch }: RowsRequest) => {
      expect(noiseSeeds!.length).toBe(batch);
      for (const seed of noiseSeeds!) seeds.add(seed);
    };
    const watching: Denoiser = {
      ...denoiser,
      draw: (request) => (note(request), denoiser.draw(request)),
      logProbs: (request) => (note(request), denoiser.logProbs(request)),
    };
    await finishSampling(sample({ ...common, ...options, ...texts, denoiser: watching }));
    return seeds;
  };
  const alone = await Promise.all([0, 1, 2, 3].map((text) => seedsOf({ sequenceOffset: text })));
  expect(new Set(alone.flatMap((seeds) => [...seeds]))).toEqual(await seedsOf({ batch: 4 }));
  expect(alone.reduce((sum, { size }) => sum + size, 0)).toBe(
    new Set(alone.flatMap((seeds) => [...seeds])).size,
  );
  for (const { size } of alone) expect(size).toBeGreaterThan(1);
});

test("the shape of draws reaches the denoiser, but the left-overs take the argmax at the last noise level", async () => {
  const requests: DrawRequest[] = [];
  const schedule = linearSchedule({ sigmaMin: 1, sigmaMax: 2 });
  const shape = { temperature: 0.8, topP: 0.9, topK: 2 };
  await finishSampling(sample({ ...common, ...shape, denoiser: watched(requests), schedule, batch: 40 }));
  const [last, ...others] = requests.toReversed();
  expect(others.length).toBe(4);
  for (const request of others) expect(request).toMatchObject(shape);
  expect(last!.topK).toBe(1);
  expect(last!.temperature).toBeUndefined();
  expect(last!.sigma![0]).toBeCloseTo(1.00001, 6);
});

test("each text may have its own template, and a projection is told which text it has", async () => {
  const seen = new Set<number>();
  const { tokens } = await finishSampling(
    sample({
      ...common,
      batch: 2,
      sequenceOffset: 10,
      template: [[0, 0], Int32Array.of(maskId, 1, 1)],
      project(tokens, { text }) {
        seen.add(text);
        return tokens.with(5, text % 2);
      },
    }),
  );
  expect([...seen]).toEqual([10, 11]);
  expect([tokens[0], tokens[1], tokens[5]]).toEqual([0, 0, 0]);
  expect([tokens[7], tokens[8], tokens[11]]).toEqual([1, 1, 1]);
  expect(tokens).not.toContain(maskId);
});

test("a text without masks costs nothing; a stopped one ends between passes", async () => {
  const whole = await finishSampling(sample({ ...common, template: [0, 1, 0, 1, 0, 1] }));
  expect(whole).toMatchObject({ tokens: Int32Array.of(0, 1, 0, 1, 0, 1), passes: 0 });
  const controller = new AbortController();
  const sampler = sample({ ...common, steps: 100, signal: controller.signal });
  await sampler.next();
  controller.abort();
  await expect(sampler.next()).rejects.toMatchObject({ name: "SdttError", code: "aborted" });
});

test.each<[Partial<SampleOptions>, RegExp]>([
  [{ steps: 0 }, /steps must be an integer of at least 1; got 0/],
  [{ steps: 2.5 }, /steps .* got 2.5/],
  [{ steps: undefined }, /steps .* got NaN/],
  [{ sampler: "first-hitting" }, /one step per masked position; got steps = 4/],
  [{ sampler: "euler" as never }, /sampler must be one of ancestral, analytic, first-hitting, .*; got euler/],
  [
    { sampler: "entropy-bounded" },
    /The entropy-bounded sampler takes as many passes as it needs; got steps = 4/,
  ],
  [{ ...adaptive, order: "random" }, /entropy-bounded sampler has an order of its own; got order = random/],
  [{ ...adaptive, gamma: -0.1 }, /gamma must be a number of at least 0; got -0.1/],
  [{ ...adaptive, gamma: Number.NaN }, /gamma must be a number of at least 0; got NaN/],
  [
    { ...adaptive, threshold: 0.5 },
    /threshold is an option of the confidence-threshold sampler; got threshold = 0.5 for entropy-bounded/,
  ],
  [{ gamma: 0.1 }, /gamma is an option of the entropy-bounded sampler; got gamma = 0.1 for ancestral/],
  [{ factor: 1 }, /factor is an option of the confidence-factor sampler; got factor = 1 for ancestral/],
  [
    { ...adaptive, sampler: "confidence-threshold", threshold: 0 },
    /threshold must be a number above 0 and at most 1; got 0/,
  ],
  [{ ...adaptive, sampler: "confidence-threshold", threshold: 1.5 }, /threshold must be .* got 1.5/],
  [
    { ...adaptive, sampler: "confidence-factor", factor: -1 },
    /factor must be a number of at least 0; got -1/,
  ],
  [{ ...adaptive, precision: "gumbel32" }, /leave these out or draw exactly/],
  [{ sampler: "remdm-cap", precision: "gumbel32" }, /leave these out or draw exactly/],
  [{ blocks: 2, precision: "gumbel32" }, /leave these out or draw exactly/],
  [{ sampler: "remdm-cap", eta: 1.1 }, /eta must be a number from 0 to 1; got 1.1/],
  [{ sampler: "remdm-rescale", eta: -0.1 }, /eta must be a number from 0 to 1; got -0.1/],
  [{ sampler: "remdm-loop", eta: 0.2 }, /eta must be a number from 0 to 0.111; got 0.2/],
  [{ sampler: "psi", kappa: 1.1 }, /kappa must be a number from 0 to 1; got 1.1/],
  [{ sampler: "psi", kappa: Number.NaN }, /kappa must be .* got NaN/],
  [{ sampler: "psi", eta: 0.1 }, /eta is an option of the samplers remdm-cap, .*; got eta = 0.1 for psi/],
  [{ eta: 0.1 }, /eta is an option of .*; got eta = 0.1 for ancestral: leave it out/],
  [{ sampler: "remdm-conf", eta: 0.1 }, /eta is an option of .* for remdm-conf/],
  [{ sampler: "remdm-cap", kappa: 0.9 }, /kappa is an option of the psi sampler; .* for remdm-cap/],
  [{ sampler: "remdm-cap", gamma: 1 }, /gamma is an option of the entropy-bounded sampler/],
  [{ sampler: "remdm-cap", steps: 2 }, /remdm-cap sampler needs at least 3 steps, .*; got steps = 2/],
  [{ sampler: "remdm-loop", steps: 3 }, /remdm-loop sampler needs at least 4 steps, .*; got steps = 3/],
  [{ sampler: "psi", steps: 65_537 }, /steps must be an integer from 3 to 65536; got 65537/],
  [{ sampler: "psi", steps: undefined }, /steps .* got NaN/],
  [
    { sampler: "remdm-conf", order: "random" },
    /remdm-conf sampler has an order of its own; got order = random/,
  ],
  [{ blocks: 0 }, /blocks must be an integer of at least 1; got 0/],
  [{ blocks: 1.5 }, /blocks .* got 1.5/],
  [
    { blocks: 5 },
    /Each of 5 blocks needs at least one step: give at least 5 steps or fewer blocks; got steps = 4/,
  ],
  [
    { blocks: 2, sampler: "remdm-cap" },
    /Each of 2 blocks needs at least 3 steps, .* at least 6 steps .*; got steps = 4/,
  ],
  [{ blocks: 2, finalPass: true }, /A text in blocks has no final pass; got finalPass = true: leave it out/],
  [{ ...adaptive, finalPass: false }, /entropy-bounded sampler has no final pass; got finalPass = false/],
  [{ order: "left" as never }, /order must be one of random, spread, confidence/],
  [{ precision: "float16" as never }, /precision must be one of exact, gumbel32/],
  [{ precision: "gumbel32", temperature: 0.5 }, /leave these out or draw exactly/],
  [{ rowsPerCall: 0 }, /rowsPerCall .* at least 1/],
  [{ length: 0 }, /length must be an integer of at least 1/],
  [{ batch: -1 }, /batch .* got -1/],
  [{ seed: -1 }, /seed must be an integer of at least 0; got -1/],
  [{ sequenceOffset: 0.5 }, /sequenceOffset .* got 0.5/],
  [{ temperature: 0 }, /temperature must be a number above 0; got 0/],
  [{ temperature: Number.NaN }, /temperature .* got NaN/],
  [{ topP: 1.01 }, /topP must be a number above 0 and at most 1; got 1.01/],
  [{ topK: 0 }, /topK .* got 0/],
  [{ nucleus: "half" as never }, /nucleus must be one of reach, within; got half/],
  [{ addBos: 3 }, /addBos must be an integer from 0 to 2; got 3/],
  [{ addEos: -1 }, /addEos must be an integer from 0 to 2/],
  [{ template: [0, 3] }, /template holds the id 3 at position 1; ids are integers from 0 to 2/],
  [{ template: [0.5] }, /template holds the id 0.5/],
  [{ template: [0, 0, 0, 0, 0, 0, 0] }, /7 ids, more than the length 6/],
  [{ template: [[0], [1]] }, /batch of 1 takes one template or 1; got 2/],
  [{ template: [1], addBos: 0 }, /Position 0 cannot hold the id 0: the template has 1 there/],
])("%o is refused at once", (options, message) => {
  expect(() => sample({ ...common, ...options })).toThrow(message);
  expect(() => sample({ ...common, ...options })).toThrow(expect.objectContaining({ code: "usage" }));
});

test("the greedy pass of the race takes the argmax of the distribution", async () => {
  const toy = threeByThree();
  const schedule = linearSchedule({ sigmaMin: 5, sigmaMax: 5.0001 });
  const { tokens } = await finishSampling(
    sample({ denoiser: toy, length: 3, steps: 1, seed: 0, schedule, precision: "gumbel32" }),
  );
  const distribution = toy.distribution(new Int32Array(3).fill(toy.maskId), 0);
  expect(tokens[0]).toBe(distribution.indexOf(Math.max(...distribution)));
});
