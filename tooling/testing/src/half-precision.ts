import onnxProto from "onnx-proto";
import type { onnx } from "onnx-proto";

const { ModelProto, TensorProto } = onnxProto.onnx;

interface WithModel {
  readonly model: Uint8Array;
}

const codes = { float16: TensorProto.DataType.FLOAT16, bfloat16: TensorProto.DataType.BFLOAT16 };
type HalfType = keyof typeof codes;

/**
 * The slow twin of a program in half precision: every operator computes in float32, and what goes into it and comes out
 * of it is rounded to the half type. Runs where the half type has no kernels, and rounds at each step as a GPU does, where
 * a CPU that widens may leave out the roundings between two operators.
 */
export function emulateHalf<P extends WithModel>(program: P, type: HalfType): P {
  const model = ModelProto.decode(program.model);
  const graph = model.graph!;
  const half = halfTensors(graph, codes[type]);
  const cast = (input: string, output: string, to: number): onnx.INodeProto => ({
    opType: "Cast",
    name: `emulate/${output}`,
    input: [input],
    output: [output],
    attribute: [{ name: "to", i: to, type: onnxProto.onnx.AttributeProto.AttributeType.INT }],
  });
  const round = (from: string, to: string): onnx.INodeProto[] => [
    cast(from, `${to}/half`, codes[type]),
    cast(`${to}/half`, to, TensorProto.DataType.FLOAT),
  ];
  const stored = (graph.initializer ?? []).filter(({ dataType }) => dataType === codes[type]);
  const wide = new Map(stored.map(({ name }) => [name!, `${name}/wide`]));
  const nodes = graph.node!.flatMap((node): onnx.INodeProto[] => {
    const input = node.input!.map((name) => wide.get(name) ?? name);
    const rounded = node.output!.filter((name) => half.has(name));
    if (rounded.length === 0) return [{ ...node, input }];
    if (node.opType === "Cast") return round(input[0]!, node.output![0]!);
    const output = node.output!.map((name) => (half.has(name) ? `${name}/exact` : name));
    return [{ ...node, input, output }, ...rounded.flatMap((name) => round(`${name}/exact`, name))];
  });
  const widening = [...wide].map(([name, to]) => cast(name, to, TensorProto.DataType.FLOAT));
  graph.node = [...widening, ...nodes];
  return { ...program, model: ModelProto.encode(model).finish() };
}

/** The operators that take or give tensors of a half type, conversions apart. */
export function halfOperators({ model }: WithModel, type: HalfType): Set<string> {
  const graph = ModelProto.decode(model).graph!;
  const half = halfTensors(graph, codes[type]);
  const isHalf = ({ input, output }: onnx.INodeProto) =>
    [...input!, ...output!].some((name) => half.has(name));
  return new Set(
    graph.node!.flatMap((node) => (node.opType !== "Cast" && isHalf(node) ? [node.opType!] : [])),
  );
}

/** Names of the tensors of a half type: what is stored or cast so, and what is made of it. Looks at no bodies. */
function halfTensors({ node, initializer, input }: onnx.IGraphProto, code: number): ReadonlySet<string> {
  const stored = (initializer ?? []).flatMap(({ dataType, name }) => (dataType === code ? [name!] : []));
  const fed = (input ?? []).flatMap(({ type, name }) => (type?.tensorType?.elemType === code ? [name!] : []));
  const half = new Set([...stored, ...fed]);
  for (const { opType, input: inputs, output, attribute } of node ?? []) {
    const isHalf =
      opType === "Cast"
        ? Number(attribute![0]!.i) === code
        : opType !== "Shape" && isMadeOf(opType!, inputs!);
    if (isHalf) for (const name of output!) half.add(name);
  }
  return half;

  function isMadeOf(operator: string, inputs: readonly string[]): boolean {
    if (operator === "GreaterOrEqual" || operator === "LessOrEqual") return false;
    return half.has(operator === "Where" ? inputs[1]! : inputs[0]!);
  }
}
