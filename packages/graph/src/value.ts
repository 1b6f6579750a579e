import { SdttError } from "@sdtt/core";
import type { DataType, Tensor } from "@sdtt/core";
import { formatShape } from "./dimension.ts";
import type { Shape } from "./dimension.ts";
import type { Emitter } from "./serialize/emitter.ts";

/** The type of a tensor in a graph. */
export interface ValueType {
  readonly dtype: DataType;
  readonly shape: Shape;
}

/** One result of one node: what the functions of this package take and give. A graph is what its values reach. */
export interface Value extends ValueType {
  readonly node: Node;
  /** Which of the node's outputs. */
  readonly output: number;
}

/** The application of an operator to values. */
export interface Node {
  readonly operator: Operator;
  readonly inputs: readonly Value[];
  readonly attributes: unknown;
  readonly outputs: readonly Value[];
}

/**
 * What an operator means: `infer` gives the types and refuses what does not fit, `emit` writes ONNX nodes. Its rule of
 * differentiation stands in `differentiate/`, under its name.
 *
 * A fused operator has a `decompose`: its meaning in simpler operators. That serves for data types that its kernel does
 * not have, for differentiation where it has no rule of its own, and as the slow twin in tests.
 */
export interface Operator<Attributes = unknown> {
  readonly name: string;
  infer(inputs: readonly Value[], attributes: Attributes): readonly ValueType[];
  emit(emitter: Emitter<Value>, inputs: readonly string[], node: TypedNode<Attributes>): readonly string[];
  decompose?(inputs: readonly Value[], attributes: Attributes): readonly Value[];
  /** Whether its inputs broadcast to one another. */
  readonly broadcasts?: boolean;
  /** Data types of the first input for which `emit` may be used where `decompose` exists. All, if absent. */
  readonly kernels?: readonly DataType[];
}

interface TypedNode<Attributes> extends Node {
  readonly attributes: Attributes;
}

/** Applies an operator; gives all of its outputs. */
export function applyAll<A>(
  operator: Operator<A>,
  inputs: readonly Value[],
  attributes: A,
): readonly Value[] {
  const types = operator.infer(inputs, attributes);
  const outputs: Value[] = [];
  const node: Node = { operator: operator as Operator, inputs, attributes, outputs };
  types.forEach((type, output) => outputs.push({ dtype: type.dtype, shape: type.shape, node, output }));
  return outputs;
}

/** Applies an operator with one output. */
export function apply<A>(operator: Operator<A>, inputs: readonly Value[], attributes: A): Value {
  return applyAll(operator, inputs, attributes)[0]!;
}

/** The error of values that an operator cannot take: names the operator, and type and shape of each. */
export function mismatch(operator: string, inputs: readonly Value[], expected: string): SdttError {
  const found = inputs
    .map((value) => `${describe(value)} ${value.dtype}${formatShape(value.shape)}`)
    .join(", ");
  return new SdttError("usage", `${operator}: expected ${expected}; got ${found}.`);
}

function describe(value: Value): string {
  const leaf = leafAttributes(value.node);
  return leaf?.name ?? leaf?.kind ?? value.node.operator.name;
}

/**
 * A value that nothing computes: `input` and `parameter` have a name that a run or the weights bring, `constant` comes
 * with the graph, `local` stands for what a body is given.
 */
export interface LeafAttributes {
  readonly kind: "input" | "parameter" | "constant" | "local";
  readonly name?: string;
  /** The rows of a weight that a parameter is, where they are not its first. */
  readonly rowsOf?: { readonly weight: string; readonly first: number };
  readonly type: ValueType;
  readonly tensor?: Tensor;
}

const leaf: Operator<LeafAttributes> = {
  name: "Leaf",
  infer: (_, { type }) => [type],
  emit: (emitter, _, node) => [emitter.leaf(node.outputs[0]!)],
};

/** A value fed at each run. */
export function input(name: string, dtype: DataType, shape: Shape): Value {
  return apply(leaf, [], { kind: "input", name, type: { dtype, shape } });
}

/** A trained tensor. Whether it is fed or lies in a file is decided when the graph is serialised. */
export function parameter(name: string, dtype: DataType, shape: readonly number[]): Value {
  return apply(leaf, [], { kind: "parameter", name, type: { dtype, shape } });
}

/** As many rows of a weight as `shape` has, from row `first` on, read from where they lie. Only for weights that come with the program. */
export function parameterRows(
  weight: string,
  { first, dtype, shape }: { first: number; dtype: DataType; shape: readonly number[] },
): Value {
  if (first === 0) return parameter(weight, dtype, shape);
  const name = `${weight}[${first}]`;
  return apply(leaf, [], { kind: "parameter", name, rowsOf: { weight, first }, type: { dtype, shape } });
}

export function constant(tensor: Tensor): Value {
  return apply(leaf, [], { kind: "constant", type: { dtype: tensor.dtype, shape: tensor.shape }, tensor });
}

/** A value that means something inside of one body only, where it is bound to a tensor. */
export function local({ dtype, shape }: ValueType): Value {
  return apply(leaf, [], { kind: "local", type: { dtype, shape } });
}

/** The attributes of a leaf, or undefined for what is computed. */
export function leafAttributes(node: Node): LeafAttributes | undefined {
  return node.operator === (leaf as Operator) ? (node.attributes as LeafAttributes) : undefined;
}
