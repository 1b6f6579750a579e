import { createStream } from "@sdtt/core";
import { consistencyLoss } from "@sdtt/losses";
import { createDenoiser, createEngine } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { logLinearSchedule } from "@sdtt/scheduler";
import { afterAll, beforeAll, expect, test } from "vitest";
import { distill } from "../../run/distill.ts";
import { collect, ofKind } from "../../testing/collect.ts";
import { randomCheckpoint, randomSource, smallConfig, smallConsistency } from "../../testing/small-run.ts";
import { noiseBatch } from "../../training/noised-batch.ts";
import { drawBridge } from "./bridge.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 1 });
});
afterAll(() => engine[Symbol.asyncDispose]());

test("the first update's loss is that of distributions and weights written out", async () => {
  const options = { ...smallConsistency(), engine, dropout: 0, updates: 1, seed: 4 };
  const { source, order, teacher } = options;
  const { length } = source;
  const [maskId, dataWeight, maxJump] = [smallConfig.vocabSize - 1, 0.5, 0.4];
  const events = await collect(distill({ ...options, dataWeight, maxJump }));
  const [update] = ofKind(events, "update");

  const clean = await source.read(order.at(0));
  const schedule = logLinearSchedule();
  const stream = createStream(4).child("noise").child(0);
  const drawing = { antithetic: true, maskOrder: "random", leastTime: 1e-3, stream } as const;
  const { noised, times, revealShares } = noiseBatch({ clean, length, maskId, schedule, ...drawing });
  const bridge = { clean, noised, length, maskId, times, revealShares, schedule, maxJump };
  const { earlier, revealChances } = drawBridge({ ...bridge, stream: stream.child("bridge") });
  const rows = Int32Array.from([...noised.keys()].filter((row) => noised[row] === maskId));
  await using denoiser = await createDenoiser({
    engine,
    ...teacher,
    description: { family: "mdlm", config: smallConfig },
  });
  const batch = clean.length / length;
  const { loss } = consistencyLoss({
    student: await denoiser.logProbs({ tokens: noised, batch, length, rows }),
    target: await denoiser.logProbs({ tokens: earlier, batch, length, rows }),
    ids: rows.map((row) => clean[row]!),
    divergenceWeights: Float64Array.from(rows, (row) =>
      earlier[row] === maskId ? 1 / revealChances[Math.floor(row / length)]! : 0,
    ),
    dataWeight: 1 + dataWeight,
    vocabSize: smallConfig.vocabSize,
    weights: Float64Array.from(rows, (row) => 1 / times[Math.floor(row / length)]! / clean.length),
  });
  expect(update!.rows).toBe(rows.length);
  expect(update!.loss / loss).toBeCloseTo(1, 4);
});

test("a validation tells the distance to the teacher and the entropy of texts beside the loss, which falls", async () => {
  const validation = { source: randomSource({ blocks: 4 }), every: 10, texts: { count: 2, steps: 2 } };
  const options = { ...smallConsistency(), engine, dropout: 0, updates: 20, validation };
  const events = await collect(distill(options));
  const told = ofKind(events, "validation");
  expect(told.map(({ step }) => step)).toEqual([0, 10, 20]);
  expect(told[2]!.loss).toBeLessThan(0.95 * told[0]!.loss);
  for (const { distance, entropy } of told) {
    expect(distance).toBeGreaterThan(0);
    expect(entropy).toBeGreaterThan(0);
    expect(entropy).toBeLessThanOrEqual(Math.log(16));
  }
});

test("gives the same update however a batch is cut", async () => {
  // Another average than the student: both begin as the same weights, and the second update has two of them.
  const options = { ...smallConsistency(), engine, dropout: 0, updates: 2 };
  const update = async (microBatchSize: number) =>
    ofKind(await collect(distill({ ...options, microBatchSize })), "update")[1]!;
  const [whole, quarters] = [await update(4), await update(1)];
  expect(quarters.rows).toBe(whole.rows);
  expect(quarters.loss / whole.loss).toBeCloseTo(1, 4);
  expect(quarters.gradientNorm / whole.gradientNorm).toBeCloseTo(1, 3);
});

test.each([
  ["no updates", { updates: 0 }, /updates is a whole number from 1; got 0/],
  ["no jump", { maxJump: 0 }, /maxJump is a number above 0 and at most 1; got 0/],
  ["a jump past the beginning", { maxJump: 1.5 }, /maxJump is a number above 0 and at most 1; got 1.5/],
  ["a weight below 0", { dataWeight: -1 }, /dataWeight is a number from 0; got -1/],
  [
    "options of other methods",
    { loss: "mse", fakeLearningRate: 1e-3 } as const,
    /The method is consistency, and loss is an option of sdtt; fakeLearningRate is an option of idlm: remove it\. The options of consistency are updates, maxJump, dataWeight/,
  ],
  [
    "a student of other sizes",
    { student: randomCheckpoint({ ...smallConfig, blockCount: 1 }) },
    /blockCount is 2 in the teacher and 1 in the student/,
  ],
])("refuses %s", async (_, change, message) => {
  await expect(collect(distill({ ...smallConsistency(), engine, ...change }))).rejects.toThrow(message);
});
