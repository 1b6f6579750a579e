import { tensor } from "@sdtt/core";
import { ditParameters } from "@sdtt/models";
import { createEngine } from "@sdtt/runtime";
import { expect, test } from "vitest";
import { initialWeights } from "../initial-weights.ts";
import { startOfTraining } from "../progress.ts";
import { fillWith } from "../state/flat-layout.ts";
import { createTrainingState } from "../state/training-state.ts";
import { smallConfig, smallModel } from "../testing/small-run.ts";
import type { MicroBatch } from "./micro-batch.ts";
import { createUpdates } from "./updates.ts";

test("a gradient that is not finite is named, and leaves nothing behind", async () => {
  await using engine = await createEngine({ threads: 1 });
  const initial = initialWeights({ model: smallModel, seed: 1 });
  await using state = await createTrainingState({
    engine,
    parameters: ditParameters(smallConfig),
    initial: fillWith(initial),
  });
  await using updates = await createUpdates(engine, state, {
    learningRate: { peak: 1, warmupSteps: 0, after: { kind: "constant" } },
  });
  const broken = state.views("gradient").residents.get("blocks.1.norm2.weight")!;
  const microStep = {
    run: async () => {
      await broken.write(tensor("float32", [32], new Float32Array(32).fill(Number.NaN)));
      return 1;
    },
    [Symbol.asyncDispose]: async () => {},
  };
  async function* batches(): AsyncGenerator<MicroBatch> {
    yield { tokens: new Int32Array(1), rows: new Int32Array(1), rowWeights: new Float32Array(1) };
  }
  await expect(updates.run(microStep, batches(), { progress: startOfTraining })).rejects.toThrow(
    /^Update 1: the gradient of blocks\.1\.norm2\.weight is not finite\. The weights are those of update 0;/,
  );
  expect((await state.arrays.weights.read()).data).toEqual(initial);
  expect((await broken.read()).data).toEqual(new Float32Array(32));
});

test("a weight that is not finite is named before the loss that follows from it", async () => {
  await using engine = await createEngine({ threads: 1 });
  await using state = await createTrainingState({
    engine,
    parameters: ditParameters(smallConfig),
    initial: fillWith(initialWeights({ model: smallModel, seed: 1 })),
  });
  const broken = state.views("weights").residents.get("blocks.0.mlp.2.bias")!;
  await broken.write(tensor("float32", [32], new Float32Array(32).fill(Infinity)));
  await using updates = await createUpdates(engine, state, {
    learningRate: { peak: 1, warmupSteps: 0, after: { kind: "constant" } },
  });
  const microStep = { run: async () => Number.NaN, [Symbol.asyncDispose]: async () => {} };
  async function* batches(): AsyncGenerator<MicroBatch> {
    yield { tokens: new Int32Array(1), rows: new Int32Array(1), rowWeights: new Float32Array(1) };
  }
  await expect(updates.run(microStep, batches(), { progress: startOfTraining })).rejects.toMatchObject({
    code: "numeric",
    message: expect.stringMatching(/^Update 1: the weight blocks\.0\.mlp\.2\.bias is not finite\./),
  });
});
