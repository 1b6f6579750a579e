import onnxProto from "onnx-proto";
import type { DataType } from "@sdtt/core";
import type { Dimension, Program, ProgramValue } from "@sdtt/graph";

/** ONNX programs written out by hand, so that an engine is tested on nothing but itself. */

const { ModelProto, TensorProto } = onnxProto.onnx;

type Shape = readonly Dimension[];

export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, number>>;
}

export interface Graph {
  readonly inputs: Readonly<Record<string, readonly [DataType, ...Shape]>>;
  readonly outputs: Readonly<Record<string, readonly [DataType, ...Shape]>>;
  readonly nodes: readonly Node[];
  readonly initializers?: readonly object[];
  readonly weightsFolder?: string;
}

export function program({ inputs, outputs, nodes, initializers = [], weightsFolder }: Graph): Program {
  const model = ModelProto.encode({
    irVersion: 8,
    opsetImport: [{ domain: "", version: 17 }],
    graph: {
      name: "test",
      node: nodes.map(({ op, inputs, outputs, attributes = {} }) => ({
        opType: op,
        input: [...inputs],
        output: [...outputs],
        attribute: Object.entries(attributes).map(([name, i]) => ({ name, type: 2, i })),
      })),
      input: valuesOf(inputs).map(valueInfo),
      output: valuesOf(outputs).map(valueInfo),
      initializer: [...initializers],
    },
  } as never).finish();
  return {
    model,
    inputs: valuesOf(inputs),
    outputs: valuesOf(outputs),
    ...(weightsFolder === undefined ? {} : { weightsFolder }),
  };
}

export function elementType(dtype: DataType): number {
  const names: Partial<Record<DataType, string>> = { float32: "FLOAT", float64: "DOUBLE" };
  return TensorProto.DataType[(names[dtype] ?? dtype.toUpperCase()) as keyof typeof TensorProto.DataType];
}

function valuesOf(values: Graph["inputs"]): ProgramValue[] {
  return Object.entries(values).map(([name, [dtype, ...shape]]) => ({ name, dtype, shape }));
}

function valueInfo({ name, dtype, shape }: ProgramValue): object {
  const dim = shape.map((size) => (typeof size === "number" ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: elementType(dtype), shape: { dim } } } };
}
