import { SdttError, tensorBytes } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import onnxProto from "onnx-proto";
import type { onnx } from "onnx-proto";
import type { OnnxAttribute } from "./emitter.ts";
import { onnxTypes } from "./onnx-types.ts";
import type { ProgramValue } from "../program.ts";

const { onnx: protocol } = onnxProto;

/** Versions that every ONNX Runtime since 1.20 takes. */
const irVersion = 10;
const operatorSets = [
  { domain: "", version: 21 },
  { domain: "com.microsoft", version: 1 },
];

/** Collects nodes and initializers and encodes them as a ModelProto. */
export class GraphWriter {
  readonly #nodes: onnx.INodeProto[] = [];
  readonly #initializers: onnx.ITensorProto[] = [];
  #count = 0;

  /** A tensor name not used before. */
  freshName(hint: string): string {
    return `${hint}_${this.#count++}`;
  }

  node(
    operator: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    domain = "",
  ): void {
    const attribute = Object.entries(attributes).map(([name, value]) => encodeAttribute(name, value));
    this.#nodes.push({
      opType: operator,
      domain,
      name: `${operator}/${outputs[0]}`,
      input: [...inputs],
      output: [...outputs],
      attribute,
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
    value: { dtype: Tensor["dtype"]; shape: readonly number[] },
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

  encode(name: string, inputs: readonly ProgramValue[], outputs: readonly ProgramValue[]): Uint8Array {
    const model = {
      irVersion,
      producerName: "sdtt",
      opsetImport: operatorSets,
      graph: {
        name,
        node: this.#nodes,
        initializer: this.#initializers,
        input: inputs.map(encodeValue),
        output: outputs.map(encodeValue),
      },
    };
    return protocol.ModelProto.encode(model).finish();
  }
}

function encodeValue(value: ProgramValue): onnx.IValueInfoProto {
  const dim = value.shape.map((size) => (typeof size === "number" ? { dimValue: size } : { dimParam: size }));
  return { name: value.name, type: { tensorType: { elemType: onnxTypes[value.dtype], shape: { dim } } } };
}

function encodeAttribute(name: string, value: OnnxAttribute): onnx.IAttributeProto {
  const { AttributeType } = protocol.AttributeProto;
  if (typeof value === "string") {
    return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  }
  if (typeof value === "number") {
    return Number.isInteger(value)
      ? { name, type: AttributeType.INT, i: value }
      : { name, type: AttributeType.FLOAT, f: value };
  }
  if (!value.every(Number.isInteger))
    throw new SdttError("usage", `Attribute ${name}: lists hold integers only.`);
  return { name, type: AttributeType.INTS, ints: [...value] };
}
