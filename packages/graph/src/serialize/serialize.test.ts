import { realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tensor } from "@sdtt/core";
import { evaluateProgram, temporaryDirectory } from "@sdtt/testing";
import onnxProto from "onnx-proto";
import { describe, expect, test } from "vitest";
import {
  add,
  attention,
  broadcastTo,
  concat,
  gather,
  gelu,
  gemm,
  gradients,
  input,
  layerNorm,
  linear,
  matmul,
  multiply,
  parameter,
  parameterRows,
  reduceMean,
  reduceSum,
  reshape,
  rotary,
  scalar,
  scatterAddRows,
  serialize,
  slice,
  split,
  transpose,
  where,
} from "../index.ts";
import type { Program, Shape, Value, Weight } from "../index.ts";

const float32 = (shape: readonly number[], values: readonly number[]) =>
  tensor("float32", shape, Float32Array.from(values));
const of = (name: string, shape: Shape, dtype: "float32" | "int64" = "float32") => input(name, dtype, shape);
const operatorsOf = (program: Program) =>
  onnxProto.onnx.ModelProto.decode(program.model).graph!.node!.map(({ opType }) => opType);

describe("what does not fit is refused when it is built, with the operator and both shapes", () => {
  const [a, b] = [of("a", [2, 3]), of("b", [4, 5])];
  const cases: Record<string, () => Value | readonly Value[]> = {
    "Add: expected one type and shapes that broadcast; got a float32[2, 3], b float32[4, 5].": () =>
      add(a, b),
    "got a float32[2, 3], ids int64[3]": () => multiply(a, of("ids", [3], "int64")),
    "Where: expected a condition": () => where(a, a, b),
    "MatMul: expected one type and shapes [..., m, k] and [..., k, n]; got a float32[2, 3], b float32[4, 5].":
      () => matmul(a, b),
    "Gemm: expected one type and shapes [k, m], [n, k] and": () =>
      gemm(a, b, { transposeA: true, transposeB: true }),
    "got a float32[2, 3], a float32[2, 3], b float32[4, 5].": () => linear(a, a, b),
    "Reshape: expected as many elements as [7]; got a float32[2, 3].": () => reshape(a, [7]),
    "Reshape: expected as many elements as [batch, 3]; got rows float32[2*batch, 3].": () =>
      reshape(of("rows", ["2*batch", 3]), ["batch", 3]),
    "Transpose: expected a shape whose axes are 1, 2": () => transpose(a, [1, 2]),
    "Expand: expected a shape that broadcasts to [2, 4]; got a float32[2, 3].": () => broadcastTo(a, [2, 4]),
    "Slice: expected axis 1 to hold 2 to 4; got a float32[2, 3].": () =>
      slice(a, { axis: 1, start: 2, end: 4 }),
    "Concat: expected one type and shapes that differ in axis 0 alone": () => concat([a, b], 0),
    "Split: expected axis 1 to fall into 2 equal parts": () => split(a, { axis: 1, parts: 2 }),
    "Axis 2 is not one of a tensor with 2 axes.": () => reduceSum(a, { axes: [2] }),
    "LayerNormalization: expected a scale": () => layerNorm(a, { scale: of("scale", [2]) }),
    "Gather: expected a table and int64 indices; got a float32[2, 3], b float32[4, 5].": () => gather(a, b),
    "ScatterRows: expected base [n, d], int64 indices [m] and updates [m, d]": () =>
      scatterAddRows(a, of("ids", [4], "int64"), b),
    "MultiHeadAttention: expected three of [batch, length, width] with 2 heads": () =>
      attention(a, a, a, { heads: 2 }),
    "RotaryEmbedding: expected x [batch, length, heads * head]": () => rotary(a, b, b),
  };
  test.each(Object.keys(cases))("%s", (message) => {
    expect(cases[message]).toThrow(message);
  });
});

test("sizes that a run brings, and products of them", async () => {
  const x = of("x", ["batch", "length", 2]);
  const rows = reshape(x, ["batch*length", 2]);
  const flat = reshape(add(rows, broadcastTo(reduceMean(rows, { axes: [0] }), rows.shape)), [
    "2*batch*length",
  ]);
  const program = serialize({ outputs: { flat, mean: reduceMean(x, { axes: [0, 1] }) } });
  for (const [batch, length] of [
    [1, 2],
    [4, 1],
  ] as const) {
    // prettier-ignore
    const values = Array.from({ length: 2 * batch * length }, (_, i) => i * i);
    const means = [0, 1].map(
      (j) => values.filter((_, i) => i % 2 === j).reduce((a, b) => a + b, 0) / (batch * length),
    );
    const results = await evaluateProgram(program, { x: float32([batch, length, 2], values) });
    expect(Array.from(results["mean"]!.data, Number)).toEqual(means);
    expect(Array.from(results["flat"]!.data, Number)).toEqual(
      values.map((value, i) => value + means[i % 2]!),
    );
  }
});

test("a size that no input brings is named", () => {
  expect(() => serialize({ outputs: { y: broadcastTo(scalar("float32", 0), ["rows"]) } })).toThrow(
    'No input of the graph has an axis named "rows"',
  );
});

test("outputs keep their names: computed, given twice, passed through", async () => {
  const x = of("x", [2]);
  const y = add(x, x);
  const program = serialize({ outputs: { first: y, second: y, same: x } });
  const results = await evaluateProgram(program, { x: float32([2], [1, 2]) });
  expect(Object.entries(results).map(([name, { data }]) => [name, ...data])).toEqual([
    ["first", 2, 4],
    ["second", 2, 4],
    ["same", 1, 2],
  ]);
  expect(operatorsOf(serialize({ outputs: { first: y } }))).toEqual(["Add"]);
});

test("what cancels or repeats needlessly is not written", async () => {
  const x = of("x", [2, 3]);
  const twice = transpose(transpose(x, [1, 0]), [1, 0]);
  const around = reshape(reshape(twice, [3, 2]), [2, 3]);
  const repeated = multiply(broadcastTo(scalar("float32", 2), [2, 3]), around);
  expect(operatorsOf(serialize({ outputs: { repeated } }))).toEqual(["Mul"]);
  // Here the broadcast gives the result its shape.
  const wide = multiply(broadcastTo(x, [2, 2, 3]), around);
  expect(operatorsOf(serialize({ outputs: { wide } }))).toEqual(["Expand", "Mul"]);
});

test("gradients of weights are written last, those of the last layer at the very end", () => {
  const weights = [0, 1, 2].map((i) => parameter(`w${i}`, "float32", [4, 4]));
  const loss = reduceSum(
    weights.reduce((x, w) => linear(multiply(x, x), w), of("x", [2, 4])),
    { axes: [0, 1] },
  );
  const found = gradients(loss, weights);
  const program = serialize({ outputs: Object.fromEntries(found.map((g, i) => [`g${i}`, g])) });
  const { node } = onnxProto.onnx.ModelProto.decode(program.model).graph!;
  expect(node!.slice(-3).map(({ output }) => output![0])).toEqual(["g0", "g1", "g2"]);
});

test("fused operators and their decompositions agree", async () => {
  const x = of("x", [2, 3, 8]);
  const tables = [of("c", [3, 2]), of("s", [3, 2])] as const;
  const y = attention(rotary(x, ...tables), gelu(x), x, { heads: 2 });
  const [fused, plain] = [false, true].map((decompose) => serialize({ outputs: { y }, decompose }));
  expect(operatorsOf(fused!)).toContain("MultiHeadAttention");
  expect(operatorsOf(plain!)).not.toContain("MultiHeadAttention");
  const named = operatorsOf(serialize({ outputs: { y }, decompose: ["MultiHeadAttention"] }));
  expect(named).not.toContain("MultiHeadAttention");
  expect(named).toContain("RotaryEmbedding");
  const feeds = Object.fromEntries(
    fused!.inputs.map(({ name, shape }) => {
      const count = shape.reduce<number>((a, b) => a * Number(b), 1);
      return [
        name,
        float32(
          shape as number[],
          Array.from({ length: count }, (_, i) => Math.sin(3 * i)),
        ),
      ];
    }),
  );
  const [a, b] = await Promise.all([fused!, plain!].map((program) => evaluateProgram(program, feeds)));
  a!["y"]!.data.forEach((value, i) => expect(Number(value)).toBeCloseTo(Number(b!["y"]!.data[i]), 6));
});

describe("weights", () => {
  const w = parameter("w", "float32", [2, 2]);
  const bytes = Float32Array.of(9, 1, 2, 3, 4, 5, 6);
  const external = (path: string, shape = [3, 2]): Weight => ({
    dtype: "float32",
    shape,
    source: { location: { path, offset: 4, byteLength: 24 } },
  });

  test("from memory or mapped from a file, of which the leading rows are taken, or others", async () => {
    await using directory = await temporaryDirectory();
    const path = join(await realpath(directory.path), "w.bin");
    await writeFile(path, new Uint8Array(bytes.buffer));
    const inMemory: Weight = {
      dtype: "float32",
      shape: [3, 2],
      source: { tensor: float32([3, 2], Array.from(bytes.subarray(1))) },
    };
    for (const weight of [inMemory, external(path)]) {
      const program = serialize({ outputs: { y: add(w, of("x", [])) }, weights: new Map([["w", weight]]) });
      expect(program.inputs.map(({ name }) => name)).toEqual(["x"]);
      const { y } = await evaluateProgram(program, { x: float32([], [10]) });
      expect(Array.from(y!.data, Number)).toEqual([11, 12, 13, 14]);

      const last = parameterRows("w", { first: 1, dtype: "float32", shape: [2, 2] });
      const products = serialize({ outputs: { z: multiply(w, last) }, weights: new Map([["w", weight]]) });
      expect(products.inputs).toEqual([]);
      const { z } = await evaluateProgram(products, {});
      expect(Array.from(z!.data, Number)).toEqual([3, 8, 15, 24]);
    }
  });

  test("without a weight a parameter is an input, after the inputs proper", () => {
    const program = serialize({ outputs: { y: add(w, of("x", ["n", 2, 2])) } });
    expect(program.inputs).toEqual([
      { name: "x", dtype: "float32", shape: ["n", 2, 2] },
      { name: "w", dtype: "float32", shape: [2, 2] },
    ]);
  });

  test("that do not fit are refused", () => {
    const program = (weights: Record<string, Weight>, value: Value = w) =>
      serialize({ outputs: { y: value }, weights: new Map(Object.entries(weights)) });
    expect(() => program({ w: external("/a/w.bin", [3, 3]) })).toThrow(
      "Weight w: expected float32[2, 2], got float32[3, 3].",
    );
    expect(() => program({ w: external("/a/w.bin", [1, 2]) })).toThrow("got float32[1, 2]");
    const beyond = parameterRows("w", { first: 2, dtype: "float32", shape: [2, 2] });
    expect(() => program({ w: external("/a/w.bin") }, beyond)).toThrow(
      "Weight w[2]: expected float32[2, 2], got float32[3, 2].",
    );
    const both = add(w, parameter("v", "float32", [2, 2]));
    expect(() => program({ w: external("/a/w.bin"), v: external("/b/w.bin") }, both)).toThrow(
      "Weights of one program must be in one folder; got /a and /b.",
    );
    expect(() => program({}, add(w, reshape(parameter("w", "float32", [4]), [2, 2])))).toThrow(
      "w is declared twice in one graph, as float32[2, 2] and as float32[4].",
    );
  });
});
