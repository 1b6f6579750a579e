import { tensor } from "@sdtt/core";
import { createEngine } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import { openCheckpoint } from "@sdtt/hub";
import type { ModelDescription } from "@sdtt/models";
import { temporaryDirectory } from "@sdtt/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { collect, ofKind } from "../testing/collect.ts";
import {
  randomCheckpoint,
  randomOrder,
  randomSource,
  smallConfig,
  smallDistillation,
  smallModel,
} from "../testing/small-run.ts";
import { distill } from "./distill.ts";
import { estimateMemory } from "./memory.ts";
import { train } from "./train.ts";
import type { TrainOptions } from "./train.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ threads: 1 });
});
afterAll(() => engine[Symbol.asyncDispose]());

const training = (): TrainOptions => ({
  engine,
  model: smallModel,
  source: randomSource(),
  order: randomOrder(),
  batchSize: 4,
  optimizer: { learningRate: { peak: 1e-2, warmupSteps: 0, after: { kind: "constant" } }, averageDecay: 0.5 },
  updates: 3,
});

describe("train", () => {
  test("starts from the uniform distribution and learns", async () => {
    // Half of the ids never occur: there is something to learn.
    const source = randomSource({ tokens: 30 });
    const validation = { source, every: 60, blocks: 8 };
    const events = await collect(train({ ...training(), source, updates: 60, validation }));
    const [before, after] = ofKind(events, "validation").map(({ loss }) => loss);
    // The bound of the uniform distribution is its entropy; one masking of 8 blocks estimates it.
    expect(before! / Math.log(60)).toBeCloseTo(1, 0);
    expect(after! / before!).toBeLessThan(Math.log(32) / Math.log(60));
  });

  test("tells of each update by the clock that it is given", async () => {
    let now = 0;
    const [update] = ofKind(
      await collect(train({ ...training(), updates: 1, clock: () => (now += 500) })),
      "update",
    );
    expect(update).toMatchObject({
      step: 1,
      steps: 1,
      round: 0,
      seconds: 0.5,
      tokensPerSecond: 128,
      learningRate: 1e-2,
    });
  });

  test("gives the same update however a batch is cut", async () => {
    const updates = async (microBatchSize: number) =>
      ofKind(await collect(train({ ...training(), microBatchSize })), "update");
    const [whole, quarters] = [await updates(4), await updates(1)];
    whole.forEach(({ loss, gradientNorm, rows }, i) => {
      expect(quarters[i]!.rows).toBe(rows);
      expect(quarters[i]!.loss / loss).toBeCloseTo(1, 5);
      expect(quarters[i]!.gradientNorm / gradientNorm).toBeCloseTo(1, 4);
    });
  });

  test("computes blocks again to the last bit, whatever the family", async () => {
    const models = [
      smallModel,
      { family: "ar", config: smallConfig },
    ] as const satisfies readonly ModelDescription[];
    for (const model of models) {
      const updates = async (recompute: boolean) =>
        ofKind(await collect(train({ ...training(), model, dropout: 0.2, recompute })), "update").map(
          ({ loss, gradientNorm }) => [loss, gradientNorm],
        );
      expect(await updates(true)).toEqual(await updates(false));
    }
  });

  test("draws another dropout mask in each update, and nothing where it measures", async () => {
    const validation = { source: randomSource(), every: 1, blocks: 4 };
    const losses = async (dropout: number) => {
      const events = await collect(train({ ...training(), validation, dropout }));
      return [ofKind(events, "validation"), ofKind(events, "update")].map((list) =>
        list.map(({ loss }) => loss),
      ) as [number[], number[]];
    };
    const [[held, trained], [heldAgain, again], [heldPlain, plain]] = [
      await losses(0.5),
      await losses(0.5),
      await losses(0),
    ];
    expect([heldAgain, again]).toEqual([held, trained]);
    // The model begins as the uniform distribution, which knows nothing of what is dropped.
    expect(trained[0]).toBeCloseTo(plain[0]!, 5);
    expect(held[0]).toBe(heldPlain[0]);
    expect(trained.slice(1)).not.toEqual(plain.slice(1));
  });

  test("stops at what is not finite, with the update, the tensor and the last good checkpoint", async () => {
    await using directory = await temporaryDirectory();
    const learningRate = { peak: 1e30, warmupSteps: 0, after: { kind: "constant" } } as const;
    const run = train({
      ...training(),
      optimizer: { learningRate },
      directory: directory.path,
      checkpointEvery: 1,
    });
    await expect(collect(run)).rejects.toMatchObject({
      code: "numeric",
      message: expect.stringMatching(
        /^Update 2: .* is not finite\..* The last good checkpoint is .*step-00000001\.$/,
      ),
    });
  });

  test("does not start from a broken model, nor distil one, and says by which weight", async () => {
    const checkpoint = randomCheckpoint();
    const name = "blocks.1.mlp.0.bias";
    const { shape } = checkpoint.weights.get(name)!;
    const values = tensor("float32", shape, new Float32Array(shape[0]!).fill(Infinity, 3, 4));
    const broken = new Map(checkpoint.weights).set(name, {
      dtype: "float32",
      shape,
      source: { tensor: values },
    });
    const model = { ...checkpoint, weights: broken };
    for (const run of [
      train({ ...training(), initial: model }),
      distill({ engine, ...smallDistillation(), teacher: model }),
    ]) {
      await expect(collect(run)).rejects.toMatchObject({
        code: "numeric",
        message: expect.stringContaining(`The weight ${name} holds Infinity at [3]`),
      });
    }
  });

  test("keeps to its memory", async () => {
    let atHundred = 0;
    for await (const event of train({ ...training(), updates: 400 })) {
      if (event.kind === "update" && event.step === 100) atHundred = process.memoryUsage.rss();
    }
    expect(process.memoryUsage.rss() - atHundred).toBeLessThan(32 * 2 ** 20);
  });
});

/** What a micro-batch of the small distillation takes at least. */
const recomputed = estimateMemory({
  model: smallModel,
  microBatchSize: 2,
  length: 16,
  teacher: true,
  recompute: true,
});

describe("distill", () => {
  test("goes through its rounds; students are models, and their average is what opens", async () => {
    await using directory = await temporaryDirectory();
    const samples = { every: 6, steps: 2 };
    const events = await collect(
      distill({ ...smallDistillation(), engine, directory: directory.path, samples }),
    );
    expect(
      ofKind(events, "round-end").map(({ step, round, studentSteps }) => [step, round, studentSteps]),
    ).toEqual([
      [6, 1, 4],
      [12, 2, 2],
    ]);
    expect(ofKind(events, "checkpoint").map(({ step }) => step)).toEqual([3, 6, 9, 12]);
    expect(ofKind(events, "sample").map(({ tokens }) => tokens[0]!.length)).toEqual([16, 16]);
    for (const { path } of ofKind(events, "round-end")) {
      const { description } = await openCheckpoint({ path: path! });
      expect(description).toEqual({ family: "sdtt", config: smallConfig });
    }
  });

  test.each([
    [
      "a student of another vocabulary",
      { student: randomCheckpoint({ ...smallConfig, vocabSize: 50 }) },
      /vocabSize is 61 in the teacher and 50 in the student/,
    ],
    [
      "data shorter than a batch",
      { source: randomSource({ blocks: 0 }) },
      /0 blocks of 16 tokens, fewer than one batch of 4/,
    ],
    [
      "data of another tokenizer",
      { source: randomSource({ tokens: 500 }) },
      /holds the id \d+; the model's tokens are 0 to 59/,
    ],
    ["a micro-batch that divides nothing", { microBatchSize: 3 }, /must divide the batch size; got 3 and 4/],
    [
      "a model that cannot fit",
      { availableMemory: 9e5 },
      /about .* beside .* for weights and optimizer; 0\.000838 GiB are free: use a smaller model/,
    ],
    [
      "a batch that cannot fit, unless blocks are computed again",
      { availableMemory: recomputed.total },
      /GiB are free: set recompute, with which a micro-batch takes about 0\.00\d+ GiB, or lower/,
    ],
    ["dropout of everything", { dropout: 1 }, /Dropout must be at least 0 and below 1; got 1/],
    [
      "held-out text that is too short",
      { validation: { source: randomSource({ blocks: 1 }), every: 1 } },
      /fewer than one micro-batch of 2/,
    ],
    ["rounds that do not fit", { teacherSteps: 2 }, /No round fits/],
    [
      "options of another method",
      { fakeRegularization: 0.1, reverseSteps: 4 },
      /The method is sdtt, and fakeRegularization is an option of idlm; reverseSteps is an option of idlm: remove it/,
    ],
    [
      "a method that there is not",
      { method: "best" as "idlm" },
      /no method "best": choose one of sdtt, idlm, consistency/,
    ],
  ])("refuses %s", async (_, change, message) => {
    await expect(collect(distill({ ...smallDistillation(), engine, ...change }))).rejects.toThrow(message);
  });
});
