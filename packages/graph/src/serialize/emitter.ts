import type { Dimension, Shape } from "../dimension.ts";
import type { LeafAttributes, TypedNode, Value } from "../value.ts";

export type OnnxAttribute = number | string | readonly number[];

/** What an operator writes its ONNX nodes to. Every name that goes in or comes out is that of a tensor. */
export interface Emitter {
  /** Adds a node; gives the names of its outputs. A number that is not an integer becomes a float attribute. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
    options?: { readonly domain?: string; readonly outputs?: number },
  ): readonly string[];
  /** The name of an initializer for a constant. */
  constant(value: Value): string;
  /** The name of an int64 scalar. */
  int64Scalar(value: number): string;
  /** The name of a shape as an int64 vector, for Reshape and Expand. */
  shape(shape: Shape): string;
  /** The name of a dimension as an int64 scalar. */
  dimension(dimension: Dimension): string;
  /** The name that stands for an input, parameter or constant. */
  leaf(node: TypedNode<LeafAttributes>): string;
}
