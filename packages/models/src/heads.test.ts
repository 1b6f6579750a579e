import { createStream, tensor, toInt8 } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { input, serialize } from "@sdtt/graph";
import type { Weight, Weights } from "@sdtt/graph";
import { evaluateProgram } from "@sdtt/testing";
import { expect, test } from "vitest";
import { tokenLogits } from "./heads.ts";
import { declareParameters } from "./parameter-source.ts";
import { headParameters } from "./parameters.ts";

const config = { vocabSize: 54, hiddenSize: 12 };
const rows = 5;
const held = (of: Tensor): Weight => ({ dtype: of.dtype, shape: of.shape, source: { tensor: of } });
const stream = createStream(3);
const random = (...shape: number[]) =>
  tensor(
    "float32",
    shape,
    Float32Array.from(
      { length: shape.reduce((a, b) => a * b) },
      (_, i) => stream.child(shape.join()).uniform(i) - 0.5,
    ),
  );
const { values, scale } = toInt8(random(config.vocabSize, config.hiddenSize));
const whole: Weight = { ...held(values), scale: held(scale) };
const hidden = random(rows, config.hiddenSize);

async function logitsOf(weight: Weight): Promise<Tensor> {
  const weights: Weights = new Map([
    ["output_layer.linear.weight", weight],
    ["output_layer.linear.bias", held(random(config.vocabSize))],
  ]);
  const logits = tokenLogits({
    config,
    parameters: declareParameters(headParameters(config), { weights }),
    hidden: input("hidden", "float32", ["rows", config.hiddenSize]),
  });
  return (await evaluateProgram(serialize({ outputs: { logits }, weights }), { hidden }))["logits"]!;
}

test.each([1, 7, 16, 52, 53, 1000])(
  "logits of a head that is widened %i rows at a time are those of the whole, bit by bit",
  async (rowsAtOnce) => {
    const found = await logitsOf({ ...whole, rowsAtOnce });
    expect(found.shape).toEqual([rows, config.vocabSize - 1]);
    expect(found).toEqual(await logitsOf(whole));
  },
);
