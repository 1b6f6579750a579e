import { createStream, tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { evaluateProgram } from "@sdtt/testing";
import { expect, test } from "vitest";
import {
  add,
  checkpoint,
  gelu,
  input,
  layerNorm,
  linear,
  multiply,
  parameter,
  reduceSum,
  sigmoid,
} from "../index.ts";
import type { Value } from "../index.ts";
import { gradientProgram, randomTensor } from "../testing/loss-of.ts";

const width = 8;
const x = input("x", "float32", ["rows", width]);
const scale = parameter("scale", "float32", [width]);
const weights = [0, 1, 2].map((i) => parameter(`weight${i}`, "float32", [width, width]));
// Computed once outside, read by every block.
const gate = sigmoid(scale);

const block = (value: Value, weight: Value) =>
  add(value, multiply(gate, linear(gelu(linear(layerNorm(value, { scale }), weight)), weight)));

function program(step: (value: Value, weight: Value) => Value) {
  const y = weights.reduce(step, x);
  const loss = reduceSum(multiply(y, y), { axes: [0, 1] });
  return gradientProgram(loss, { x, scale, ...Object.fromEntries(weights.map((w, i) => [`weight${i}`, w])) });
}

const plain = program(block);
const checkpointed = program((value, weight) => checkpoint([value], ([v]) => [block(v!, weight)])[0]!);
const nested = program(
  (value, weight) => checkpoint([value], ([v]) => checkpoint([v!], ([inner]) => [block(inner!, weight)]))[0]!,
);

function feeds(rows: number): Record<string, Tensor> {
  const stream = createStream(1);
  const float32 = ({ shape, data }: Tensor<"float64">) => tensor("float32", shape, Float32Array.from(data));
  return Object.fromEntries(
    plain.inputs.map(({ name, shape }) => [
      name,
      float32(randomTensor(stream.child(name), shape, { sizes: { rows } })),
    ]),
  );
}

test.each([
  { name: "checkpointed", rows: 5, program: checkpointed },
  { name: "nested", rows: 5, program: nested },
  { name: "without rows", rows: 0, program: checkpointed },
])("gradients are the same to the last bit: $name", async ({ rows, program }) => {
  const [expected, actual] = await Promise.all(
    [plain, program].map((each) => evaluateProgram(each, feeds(rows))),
  );
  expect(actual).toEqual(expected);
});
