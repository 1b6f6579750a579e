import { tensorBytes } from "@sdtt/core";
import type { DataType, Tensor } from "@sdtt/core";
import onnxProto from "onnx-proto";
import type { onnx } from "onnx-proto";
import type { Shape } from "../dimension.ts";
import { encodeAttribute } from "./attributes.ts";
import type { OnnxAttribute } from "./emitter.ts";
import { leavesLast } from "./leaves-last.ts";
import { neededNodes, renameTensors, tensorsRead } from "./onnx-nodes.ts";
import { onnxTypes } from "./onnx-types.ts";

const { onnx: protocol } = onnxProto;

/** Versions that every ONNX Runtime since 1.20 takes. */
const irVersion = 10;
const operatorSets = [
  { domain: "", version: 21 },
  { domain: "com.microsoft", version: 1 },
];

/** An input or output of a graph. Those of a body may leave their shape open. */
export interface GraphPort {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape?: Shape;
}

/** Collects the nodes and initializers of one graph: of the model, or of a body in it. */
export class GraphWriter {
  readonly #freshName: (hint: string) => string;
  readonly #nodes: onnx.INodeProto[] = [];
  readonly #initializers: onnx.ITensorProto[] = [];
  readonly #operators: Set<string>;
  readonly #produced = new Set<string>();
  readonly #renamed = new Map<string, string>();

  /** A body shares the names of the graph around it, as what it reads of it is read by name, and the record of operators. */
  constructor(around?: GraphWriter) {
    let count = 0;
    this.#operators = around ? around.#operators : new Set();
    this.#freshName = around ? around.#freshName : (hint) => `${hint}_${count++}`;
  }

  /** A tensor name not used before. */
  freshName(hint: string): string {
    return this.#freshName(hint);
  }

  /** Whether an operator was written, here or in a body. */
  has(operator: string): boolean {
    return this.#operators.has(operator);
  }

  node(
    operator: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    domain = "",
  ): void {
    this.#operators.add(operator);
    for (const output of outputs) this.#produced.add(output);
    this.#nodes.push({
      opType: operator,
      domain,
      name: `${operator}/${outputs[0]}`,
      input: [...inputs],
      output: [...outputs],
      attribute: Object.entries(attributes).map(([name, value]) => encodeAttribute(name, value)),
    });
  }

  initializer(name: string, value: Tensor): void {
    this.#initializers.push({
      name,
      dataType: onnxTypes[value.dtype],
      dims: [...value.shape],
      rawData: tensorBytes(value),
    });
  }

  externalInitializer(
    name: string,
    value: { dtype: DataType; shape: readonly number[] },
    at: { file: string; offset: number; byteLength: number },
  ): void {
    this.#initializers.push({
      name,
      dataType: onnxTypes[value.dtype],
      dims: [...value.shape],
      dataLocation: protocol.TensorProto.DataLocation.EXTERNAL,
      externalData: [
        { key: "location", value: at.file },
        { key: "offset", value: String(at.offset) },
        { key: "length", value: String(at.byteLength) },
      ],
    });
  }

  /** Gives a tensor to an output: by renaming it, where this graph made it and no other output has it. */
  output(tensor: string, name: string): void {
    if (this.#produced.has(tensor) && !this.#renamed.has(tensor)) this.#renamed.set(tensor, name);
    else this.node("Identity", [tensor], [name]);
  }

  /** The graph of what its outputs need. */
  graph(name: string, inputs: readonly GraphPort[], outputs: readonly GraphPort[]): onnx.IGraphProto {
    const all = this.#nodes.map((node) => renameTensors(node, this.#renamed));
    const nodes = neededNodes(
      all,
      outputs.map((output) => output.name),
    );
    const read = new Set(nodes.flatMap(tensorsRead));
    return {
      name,
      node: leavesLast(nodes),
      initializer: this.#initializers.filter((initializer) => read.has(initializer.name!)),
      input: inputs.map(encodePort),
      output: outputs.map(encodePort),
    };
  }
}

/** The bytes of a model around a graph. */
export function encodeModel(graph: onnx.IGraphProto): Uint8Array {
  return protocol.ModelProto.encode({
    irVersion,
    producerName: "sdtt",
    opsetImport: operatorSets,
    graph,
  }).finish();
}

function encodePort({ name, dtype, shape }: GraphPort): onnx.IValueInfoProto {
  const dim = shape?.map((size) => (typeof size === "number" ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: onnxTypes[dtype], ...(dim ? { shape: { dim } } : {}) } } };
}
