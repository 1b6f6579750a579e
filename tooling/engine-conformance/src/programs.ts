import onnxProto from "onnx-proto";
import type { DataType } from "@sdtt/core";
import type { Dimension, Program, ProgramValue } from "@sdtt/graph";

/** Programs written out in ONNX's own terms, so that an engine is tested on nothing but itself. */

const { ModelProto, TensorProto } = onnxProto.onnx;

type Values = Readonly<Record<string, readonly [DataType, ...Dimension[]]>>;

interface Graph {
  readonly inputs: Values;
  readonly outputs: Values;
  /** Each as `[op, inputs, outputs]`. */
  readonly nodes: readonly (readonly [op: string, inputs: readonly string[], outputs: readonly string[]])[];
  /** float32 tensors in files of `weightsFolder`. */
  readonly weights?: readonly ExternalTensor[];
  readonly weightsFolder?: string;
}

interface ExternalTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly file: string;
  /** In bytes. */
  readonly offset: number;
}

export function programOf({ inputs, outputs, nodes, weights = [], weightsFolder }: Graph): Program {
  const model = ModelProto.encode({
    irVersion: 8,
    opsetImport: [{ domain: "", version: 17 }],
    graph: {
      name: "test",
      input: valuesOf(inputs).map(valueInfo),
      output: valuesOf(outputs).map(valueInfo),
      node: nodes.map(([opType, input, output]) => ({ opType, input: [...input], output: [...output] })),
      initializer: weights.map(externalTensor),
    },
  }).finish();
  return {
    model,
    inputs: valuesOf(inputs),
    outputs: valuesOf(outputs),
    ...(weightsFolder === undefined ? {} : { weightsFolder }),
  };
}

/** `sum = a + b` over `[rows, 3]`. */
export const addition: Program = programOf({
  inputs: { a: ["float32", "rows", 3], b: ["float32", "rows", 3] },
  outputs: { sum: ["float32", "rows", 3] },
  nodes: [["Add", ["a", "b"], ["sum"]]],
});

/** `same = given` for elements of any type. */
export function identity(dtype: DataType): Program {
  return programOf({
    inputs: { given: [dtype, "n"] },
    outputs: { same: [dtype, "n"] },
    nodes: [["Identity", ["given"], ["same"]]],
  });
}

/** A chain of products of a square matrix with itself, which keeps every thread busy for a while. */
export function powers(count: number): Program {
  const names = ["a", ...Array.from({ length: count }, (_, i) => (i === count - 1 ? "power" : `power${i}`))];
  return programOf({
    inputs: { a: ["float32", "size", "size"] },
    outputs: { power: ["float32", "size", "size"] },
    nodes: names.slice(1).map((name, i) => ["MatMul", [names[i]!, "a"], [name]]),
  });
}

function valuesOf(values: Values): ProgramValue[] {
  return Object.entries(values).map(([name, [dtype, ...shape]]) => ({ name, dtype, shape }));
}

function valueInfo({ name, dtype, shape }: ProgramValue): object {
  const dim = shape.map((size) => (typeof size === "number" ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: elementType(dtype), shape: { dim } } } };
}

function elementType(dtype: DataType): number {
  const irregular: Partial<Record<DataType, string>> = { float32: "FLOAT", float64: "DOUBLE" };
  const name = irregular[dtype] ?? dtype.toUpperCase();
  return TensorProto.DataType[name as keyof typeof TensorProto.DataType];
}

function externalTensor({ name, shape, file, offset }: ExternalTensor): object {
  const place = { location: file, offset: String(offset) };
  return {
    name,
    dims: [...shape],
    dataType: TensorProto.DataType.FLOAT,
    dataLocation: TensorProto.DataLocation.EXTERNAL,
    externalData: Object.entries(place).map(([key, value]) => ({ key, value })),
  };
}
