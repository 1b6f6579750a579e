import { createEngine } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { temporaryDirectory } from "@sdtt/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { distill } from "../../run/distill.ts";
import { estimateMemory } from "../../run/memory.ts";
import { collect, ofKind } from "../../testing/collect.ts";
import {
  randomCheckpoint,
  randomSource,
  smallConfig,
  smallInverseDistillation,
  smallModel,
} from "../../testing/small-run.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 1 });
});
afterAll(() => engine[Symbol.asyncDispose]());

test("a fake that begins as the teacher has nothing to say of the first update, and something of the next", async () => {
  const events = await collect(distill({ ...smallInverseDistillation(), engine, dropout: 0, updates: 3 }));
  const [first, , third] = ofKind(events, "update");
  expect(first).toMatchObject({ loss: 0, gradientNorm: 0 });
  expect(first!.companions!["fake"]!.gradientNorm).toBeGreaterThan(0);
  expect(third!.gradientNorm).toBeGreaterThan(0);
});

test("a careful teacher has something to say of the first update: the student's entropy falls", async () => {
  const options = {
    ...smallInverseDistillation(),
    engine,
    dropout: 0,
    teacher: randomCheckpoint(smallConfig, 0.2),
  };
  const entropyAt = async (teacherTemperature: number) => {
    const validation = { source: randomSource({ blocks: 4 }), every: 40, texts: { count: 64, steps: 2 } };
    const events = await collect(distill({ ...options, updates: 40, teacherTemperature, validation }));
    expect(ofKind(events, "update")[0]!.gradientNorm > 0).toBe(teacherTemperature !== 1);
    return ofKind(events, "validation").at(-1)!;
  };
  const [careful, plain] = [await entropyAt(0.25), await entropyAt(1)];
  expect(careful.loss).not.toBe(plain.loss);
  // After so many updates 0.8 and 2.3: on no processor does rounding turn that round.
  expect(careful.entropy!).toBeLessThan(plain.entropy! - 0.7);
});

test("a validation tells the distance to the teacher and the entropy of texts beside the loss", async () => {
  const validation = { source: randomSource({ blocks: 4 }), every: 3, texts: { count: 2, steps: 2 } };
  const events = await collect(distill({ ...smallInverseDistillation(), engine, validation }));
  const told = ofKind(events, "validation");
  expect(told.map(({ step }) => step)).toEqual([0, 3, 6]);
  expect(told[0]!.loss).toBe(0);
  for (const { distance, entropy } of told) {
    expect(distance).toBeGreaterThan(0);
    expect(entropy).toBeGreaterThan(0);
    expect(entropy).toBeLessThanOrEqual(Math.log(16));
  }
});

test.each([undefined, 4])(
  "gives the same update however a batch is cut; reverseSteps %s",
  async (reverseSteps) => {
    // Another fake than the teacher: the student's first gradient would else be zero.
    const fake = randomCheckpoint(smallConfig, 0.2);
    const options = { ...smallInverseDistillation(), engine, dropout: 0, updates: 1, fake, reverseSteps };
    const update = async (microBatchSize: number) =>
      ofKind(await collect(distill({ ...options, microBatchSize })), "update")[0]!;
    const [whole, quarters] = [await update(4), await update(1)];
    expect(quarters.rows).toBe(whole.rows);
    for (const [one, other] of [
      [whole, quarters],
      [whole.companions!["fake"]!, quarters.companions!["fake"]!],
    ] as const) {
      expect(other.loss / one.loss).toBeCloseTo(1, 4);
      expect(other.gradientNorm / one.gradientNorm).toBeCloseTo(1, 3);
    }
  },
);

test.each([
  [
    "a fake of another vocabulary",
    { fake: randomCheckpoint({ ...smallConfig, vocabSize: 50 }) },
    /vocabSize is 61 in the teacher and 50 in the fake/,
  ],
  [
    "options of another method",
    { loss: "mse", teacherSteps: 8 } as const,
    /The method is idlm, and loss is an option of sdtt; teacherSteps is an option of sdtt: remove it/,
  ],
  ["no updates", { updates: 0 }, /updates is a whole number from 1; got 0/],
  [
    "a reverse sampler of half a step",
    { reverseSteps: 0.5 },
    /reverseSteps is a whole number from 1; got 0.5/,
  ],
  [
    "a teacher without a temperature",
    { teacherTemperature: 0 },
    /teacherTemperature is a number above 0; got 0/,
  ],
  ["a noise input of no size", { noiseSize: 0 }, /noiseSize is a whole number from 1; got 0/],
  [
    "a scale without a noise input",
    { noiseSize: undefined, noiseScale: 1 },
    /noiseScale is of a noise input: give noiseSize too/,
  ],
  ["a noise input of no scale", { noiseScale: 0 }, /noiseScale is a number above 0; got 0/],
  ["a negative weight", { fakeRegularization: -1 }, /fakeRegularization is a number from 0; got -1/],
])("refuses %s", async (_, change, message) => {
  await using directory = await temporaryDirectory();
  const run = distill({ ...smallInverseDistillation(), engine, directory: directory.path, ...change });
  await expect(collect(run)).rejects.toThrow(message);
});

test("the fake takes as much memory again as the student and its optimizer", () => {
  const sizes = { model: smallModel, microBatchSize: 2, length: 16, teacher: true };
  const [alone, pair] = [estimateMemory(sizes), estimateMemory({ ...sizes, companions: 1 })];
  expect(pair.state - alone.state).toBe(5 * 4 * alone.parameterCount);
});
