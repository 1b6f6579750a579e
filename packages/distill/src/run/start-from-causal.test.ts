import { elementCount, tensor } from "@sdtt/core";
import { causalParameters } from "@sdtt/models";
import type { CausalDescription } from "@sdtt/models";
import type { Checkpoint } from "@sdtt/hub";
import { createEngine } from "@sdtt/runtime";
import { expect, test } from "vitest";
import { initialWeights } from "../initial-weights.ts";
import { flatLayout } from "../state/flat-layout.ts";
import { collect, ofKind } from "../testing/collect.ts";
import { randomOrder, randomSource, smallModel } from "../testing/small-run.ts";
import { train } from "./train.ts";

/** An autoregressive model of the small model's blocks, whose output layer is not zero. */
function causalModel({ hiddenSize = 32 } = {}): Checkpoint<CausalDescription> {
  const { vocabSize, blockCount, headCount, length } = smallModel.config;
  const config = { vocabSize, hiddenSize, blockCount, headCount, length };
  const description = { family: "ar", config } as const;
  const flat = initialWeights({ model: description, seed: 5 });
  const { slots } = flatLayout(causalParameters(description));
  const weights = Array.from(slots, ([name, { offset, shape }]) => {
    const values = flat.slice(offset, offset + elementCount(shape));
    if (name === "output_layer.linear.weight") values.forEach((_, i) => (values[i] = Math.sin(i)));
    return [name, { dtype: "float32", shape, source: { tensor: tensor("float32", shape, values) } }] as const;
  });
  return { description, weights: new Map(weights) };
}

test("a denoiser takes over what an autoregressive model has, and its blocks are open", async () => {
  await using engine = await createEngine({ threads: 1 });
  const options = {
    engine,
    model: smallModel,
    source: randomSource(),
    order: randomOrder(),
    batchSize: 4,
    updates: 1,
    optimizer: { learningRate: { peak: 1e-9, warmupSteps: 0, after: { kind: "constant" } } },
  } as const;
  const loss = async (initial?: Checkpoint) =>
    ofKind(await collect(train({ ...options, ...(initial && { initial }) })), "update")[0]!.loss;
  const other = causalModel();
  const [fresh, taken] = [await loss(), await loss(other)];
  expect(Math.abs(taken - fresh)).toBeGreaterThan(0.01);

  // With the attention's output at zero the gates have nothing to let through: the loss is another one only if they are open.
  const weights = new Map(other.weights);
  for (const [name, { shape }] of weights) {
    if (!name.endsWith("attn_out.weight")) continue;
    const zeros = tensor("float32", shape, new Float32Array(elementCount(shape)));
    weights.set(name, { dtype: "float32", shape, source: { tensor: zeros } });
  }
  expect(Math.abs((await loss({ ...other, weights })) - taken)).toBeGreaterThan(1e-4);
});

test("blocks of other sizes are refused, with both, and those of a GPT-2", async () => {
  await using engine = await createEngine({ threads: 1 });
  const options = {
    engine,
    model: smallModel,
    source: randomSource(),
    order: randomOrder(),
    batchSize: 4,
    updates: 1,
    optimizer: { learningRate: { peak: 1e-3, warmupSteps: 0, after: { kind: "constant" } } },
  } as const;
  const refused = (changed: Partial<Parameters<typeof train>[0]>, message: RegExp) =>
    expect(collect(train({ ...options, ...changed }))).rejects.toThrow(message);
  await refused(
    { initial: causalModel({ hiddenSize: 64 }) },
    /hiddenSize is 32 in the model to train and 64 in the one to start from/,
  );
  const { config } = causalModel().description;
  const gpt2 = { family: "gpt2", config } as const;
  await refused(
    { initial: { description: gpt2, weights: new Map() } },
    /kind is masked diffusion in the model to train and GPT-2 in the one to start from/,
  );
  await refused({ model: gpt2 }, /GPT-2's architecture are not trained here/);
});
