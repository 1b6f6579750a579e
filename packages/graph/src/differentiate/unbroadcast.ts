import type { Shape } from "../dimension.ts";
import { reshape } from "../ops/layout.ts";
import { reduceSum } from "../ops/reduce.ts";
import type { Value } from "../value.ts";

/** The gradient of what was broadcast from `shape`: summed over every axis that was repeated. */
export function unbroadcast(gradient: Value, shape: Shape): Value {
  const added = gradient.shape.length - shape.length;
  const axes = [...gradient.shape.keys()].filter(
    (axis) => axis < added || (shape[axis - added] === 1 && gradient.shape[axis] !== 1),
  );
  return axes.length === 0 ? gradient : reshape(reduceSum(gradient, { axes }), shape);
}
