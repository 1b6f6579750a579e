import type { DataType } from "@sdtt/core";
import type { Dimension, Shape } from "../dimension.ts";

export type OnnxAttribute = number | string | readonly number[] | Subgraph;

/** The body of a control-flow node. */
export interface Subgraph {
  /** A GraphProto. Not typed as one: the types of onnx-proto do not stand alone, and would be those of every operator. */
  readonly graph: object;
}

/**
 * What an operator writes its ONNX nodes to. Every name that goes in or comes out is that of a tensor. `V` is the value of a
 * graph, a parameter so that what operators write to does not depend on what operators are.
 */
export interface Emitter<V> {
  /** Adds a node; gives the names of its outputs. A number that is not an integer becomes a float attribute. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
    options?: { readonly domain?: string; readonly outputs?: number },
  ): readonly string[];
  /** The name of an initializer for a constant. */
  constant(value: V): string;
  /** The name of an int64 scalar. */
  int64Scalar(value: number): string;
  /** The name of an int64 vector. */
  int64Vector(values: readonly number[]): string;
  /** The name of a shape as an int64 vector, for Reshape and Expand. */
  shape(shape: Shape): string;
  /** The name of a dimension as an int64 scalar. */
  dimension(dimension: Dimension): string;
  /** The name that stands for an input, parameter or constant. */
  leaf(value: V): string;
  /** Starts the body of a control-flow node. It sees all that was written before. */
  subgraph(): SubgraphEmitter<V>;
}

/** Writes a body: values of its own, over tensors of its own and of the graph around it. */
export interface SubgraphEmitter<V> extends Emitter<V> {
  /** Declares an input of the body. Its shape may stay open. */
  input(type: { readonly dtype: DataType; readonly shape?: Shape }): string;
  /** Lets a local value stand for a tensor. */
  bind(value: V, name: string): void;
  /** Lets a named size of the body stand for an int64 scalar. */
  bindSize(size: string, name: string): void;
  /** The tensor of a value, written here if it was not written yet. */
  nameOf(value: V): string;
  /** Ends the body. */
  finish(outputs: readonly { readonly name: string; readonly dtype: DataType }[]): Subgraph;
}
