import { createStream, tensor, toInt8 } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { evaluateProgram } from "@sdtt/testing";
import { expect, test } from "vitest";
import { constant, input, int8Linear, serialize } from "../index.ts";

interface Layer {
  readonly values: Tensor<"int8">;
  readonly scale: Tensor<"float32">;
  readonly bias: Tensor<"float32">;
}

/** Weights `[out, in]`, some of them at the ends of int8, one output of zeros. */
function randomLayer(inputs: number, outputs: number): Layer {
  const stream = createStream(4);
  const values = Float32Array.from({ length: inputs * outputs }, (_, i) =>
    i < inputs ? 0 : stream.uniform(i) < 0.3 ? Math.sign(stream.uniform(i) - 0.15) : stream.uniform(i) - 0.5,
  );
  const bias = Float32Array.from({ length: outputs }, (_, i) => stream.child("bias").uniform(i) - 0.5);
  return {
    ...toInt8(tensor("float32", [outputs, inputs], values)),
    bias: tensor("float32", [outputs], bias),
  };
}

/** Runs the layer as a graph. */
async function inGraph(x: Tensor<"float32">, { values, scale, bias }: Layer): Promise<Float32Array> {
  const y = int8Linear(input("x", "float32", ["rows", x.shape[1]!]), {
    values: constant(values),
    scale: constant(scale),
    bias: constant(bias),
  });
  const { y: found } = await evaluateProgram(
    serialize({ outputs: { y } }),
    { x },
    { optimization: "extended" },
  );
  return found!.data as Float32Array;
}

/** The slow twin: quantises a row, multiplies whole numbers one by one, and scales the sum. */
function plainly(x: Tensor<"float32">, { values, scale, bias }: Layer): Float32Array {
  const [rows, inputs] = x.shape as [number, number];
  const outputs = values.shape[0]!;
  const y = new Float32Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    const own = x.data.subarray(row * inputs, (row + 1) * inputs);
    const largest = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const step = Math.fround(Math.fround(largest / 127) + 2 ** -126);
    const whole = Array.from(own, (value) => roundHalfToEven(Math.fround(value / step)));
    for (let output = 0; output < outputs; output++) {
      let sum = 0;
      for (let i = 0; i < inputs; i++) sum += whole[i]! * values.data[output * inputs + i]!;
      const product = Math.fround(Math.fround(sum * scale.data[output]!) * step);
      y[row * outputs + output] = product + bias.data[output]!;
    }
  }
  return y;
}

function roundHalfToEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  if (rest !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}

test.each([
  [1, 16, 16],
  [3, 37, 5],
  [17, 320, 67],
  [40, 1280, 96],
])(
  "%i rows of %i inputs and %i outputs are what whole numbers give, bit for bit",
  async (rows, inputs, outputs) => {
    const layer = randomLayer(inputs, outputs);
    const stream = createStream(9);
    // Rows of very different sizes, each with its own scale; the first are halves of it, which round to even.
    const data = Float32Array.from({ length: rows * inputs }, (_, i) =>
      i < inputs
        ? (i % 255) / 2 - 63.5
        : (stream.uniform(i) - 0.5) * 10 ** ((Math.floor(i / inputs) % 9) - 4),
    );
    if (inputs >= 255) data[0] = 127;
    const x = tensor("float32", [rows, inputs], data);
    expect(await inGraph(x, layer)).toEqual(plainly(x, layer));
  },
);

test("the largest numbers on both sides do not saturate", async () => {
  const inputs = 4096;
  const ones = tensor("float32", [2, inputs], new Float32Array(2 * inputs).fill(1).fill(-1, inputs));
  const layer = { ...toInt8(ones), bias: tensor("float32", [2], new Float32Array(2)) };
  const y = await inGraph(ones, layer);
  expect(y).toEqual(plainly(ones, layer));
  for (const [i, sign] of [1, -1, -1, 1].entries()) expect(y[i]! / (sign * inputs)).toBeCloseTo(1, 5);
});

test("a row of zeros gives the bias, beside others too", async () => {
  const layer = randomLayer(32, 8);
  const data = new Float32Array(3 * 32).fill(0.5, 32, 64);
  const y = await inGraph(tensor("float32", [3, 32], data), layer);
  expect(y.subarray(0, 8)).toEqual(layer.bias.data);
  expect(y.subarray(16)).toEqual(layer.bias.data);
});

test("a number that is not finite makes its row so, wherever it stands, and no other row", async () => {
  const layer = randomLayer(64, 8);
  for (const broken of [Number.NaN, Infinity, -Infinity]) {
    for (const place of [0, 1, 31, 63]) {
      const data = new Float32Array(3 * 64).fill(0.5);
      data[64 + place] = broken;
      const y = await inGraph(tensor("float32", [3, 64], data), layer);
      const isFinite = Array.from({ length: 3 }, (_, row) =>
        y.subarray(row * 8, (row + 1) * 8).every(Number.isFinite),
      );
      expect(isFinite, `${broken} at ${place}`).toEqual([true, false, true]);
    }
  }
});

test("what is no such layer is refused", () => {
  const { values, scale } = randomLayer(16, 4);
  const layer = { values: constant(values), scale: constant(scale) };
  const wrong = [
    () => int8Linear(input("x", "float32", ["rows", 8]), layer),
    () => int8Linear(input("x", "float64", ["rows", 16]), layer),
    () => int8Linear(input("x", "float32", ["rows", 16]), { ...layer, values: constant(scale) }),
  ];
  for (const build of wrong) expect(build).toThrow(expect.objectContaining({ code: "usage" }));
});
