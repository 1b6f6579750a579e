import { SdttError } from "@sdtt/core";
import onnxProto from "onnx-proto";
import type { onnx } from "onnx-proto";
import type { OnnxAttribute } from "./emitter.ts";

const { AttributeType } = onnxProto.onnx.AttributeProto;

export function encodeAttribute(name: string, value: OnnxAttribute): onnx.IAttributeProto {
  if (typeof value === "string") {
    return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  }
  if (typeof value === "number") {
    return Number.isInteger(value)
      ? { name, type: AttributeType.INT, i: value }
      : { name, type: AttributeType.FLOAT, f: value };
  }
  if ("graph" in value) return { name, type: AttributeType.GRAPH, g: value.graph };
  if (!value.every(Number.isInteger)) {
    throw new SdttError("usage", `Attribute ${name}: lists hold integers only.`);
  }
  return { name, type: AttributeType.INTS, ints: [...value] };
}
