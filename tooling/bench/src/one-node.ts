import { tensorBytes } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { onnxTypes } from "@sdtt/graph";
import type { Program, ProgramValue } from "@sdtt/graph";
import onnxProto from "onnx-proto";

const { ModelProto, AttributeProto } = onnxProto.onnx;

/** A program of one operator of ONNX Runtime for int8 that `@sdtt/graph` does not have: from an input `x` to an output `y`. */
export function oneNode(options: {
  readonly operator: string;
  /** `com.microsoft` unless given. */
  readonly domain?: string;
  readonly x: Omit<ProgramValue, "name">;
  readonly y: Omit<ProgramValue, "name">;
  /** Its inputs after x. */
  readonly constants: readonly Tensor[];
  readonly attributes?: Readonly<Record<string, number>>;
}): Program {
  const { operator, domain = "com.microsoft", constants, attributes = {} } = options;
  const [input, output] = [
    { ...options.x, name: "x" },
    { ...options.y, name: "y" },
  ];
  const names = constants.map((_, i) => `constant_${i}`);
  const model = ModelProto.encode({
    irVersion: 10,
    opsetImport: [
      { domain: "", version: 21 },
      { domain: "com.microsoft", version: 1 },
    ],
    graph: {
      name: operator,
      node: [
        {
          opType: operator,
          domain,
          input: ["x", ...names],
          output: ["y"],
          attribute: Object.entries(attributes).map(([name, i]) => ({
            name,
            i,
            type: AttributeProto.AttributeType.INT,
          })),
        },
      ],
      initializer: constants.map((value, i) => ({
        name: names[i]!,
        dataType: onnxTypes[value.dtype],
        dims: [...value.shape],
        rawData: tensorBytes(value),
      })),
      input: [port(input)],
      output: [port(output)],
    },
  }).finish();
  return { model, inputs: [input], outputs: [output], multipliesBytes: true };
}

function port({ name, dtype, shape }: ProgramValue) {
  const dim = shape.map((size) => (typeof size === "number" ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: onnxTypes[dtype], shape: { dim } } } };
}
