import { frontAxis, multiplyDimensions } from "../dimension.ts";
import type { Dimension, Shape } from "../dimension.ts";
import { apply } from "../value.ts";
import type { Operator, Value } from "../value.ts";
import { cast } from "./cast.ts";
import { divide } from "./elementwise.ts";
import { dimensionSize } from "./size.ts";

export interface ReduceAttributes {
  readonly axes: readonly number[];
  readonly keep: boolean;
}

function reduction(name: string): Operator<ReduceAttributes> {
  return {
    name,
    infer: ([x], { axes, keep }) => [{ dtype: x!.dtype, shape: reducedShape(x!.shape, axes, keep) }],
    emit: (emitter, inputs, node) =>
      emitter.node(name, [...inputs, emitter.int64Vector(node.attributes.axes)], {
        keepdims: node.attributes.keep ? 1 : 0,
      }),
  };
}

const sumOperator = reduction("ReduceSum");
const maxOperator = reduction("ReduceMax");
const minOperator = reduction("ReduceMin");

export interface ReduceOptions {
  /** Axes to reduce; negative ones count from the back. */
  readonly axes: readonly number[];
  /** Keeps reduced axes as size 1. */
  readonly keep?: boolean;
}

/** The sum over axes. */
export function reduceSum(x: Value, { axes, keep = false }: ReduceOptions): Value {
  return apply(sumOperator, [x], { axes: fronts(x, axes), keep });
}

/** The maximum over axes. */
export function reduceMax(x: Value, { axes, keep = false }: ReduceOptions): Value {
  return apply(maxOperator, [x], { axes: fronts(x, axes), keep });
}

/** The minimum over axes. */
export function reduceMin(x: Value, { axes, keep = false }: ReduceOptions): Value {
  return apply(minOperator, [x], { axes: fronts(x, axes), keep });
}

/** The mean over axes. */
export function reduceMean(x: Value, { axes, keep = false }: ReduceOptions): Value {
  const count = multiplyDimensions(...fronts(x, axes).map((axis) => x.shape[axis]!));
  return divide(reduceSum(x, { axes, keep }), cast(dimensionSize(count), x.dtype));
}

function fronts(x: Value, axes: readonly number[]): number[] {
  return axes.map((axis) => frontAxis(axis, x.shape.length));
}

/** What is left of a shape. */
export function reducedShape(shape: Shape, axes: readonly number[], keep: boolean): Shape {
  const kept = shape.map((dimension, axis): Dimension => (axes.includes(axis) ? 1 : dimension));
  return keep ? kept : kept.filter((_, axis) => !axes.includes(axis));
}
