import { sameShape } from "../dimension.ts";
import { add } from "../ops/elementwise.ts";
import { scatterAddRows } from "../ops/gather.ts";
import { gemm } from "../ops/matmul.ts";
import type { GemmAttributes } from "../ops/matmul.ts";
import { mismatch } from "../value.ts";
import type { Value } from "../value.ts";
import { isZero } from "./zero.ts";

/**
 * base + gradient, for gradients that are summed over several passes. Where the operator that makes the gradient can add
 * to something by itself, it does: a matrix product, or rows scattered onto zeros. That operator should then not be read
 * by anything else, or it runs twice.
 */
export function accumulate(gradient: Value, base: Value): Value {
  if (gradient.dtype !== base.dtype || !sameShape(gradient.shape, base.shape)) {
    throw mismatch("accumulate", [gradient, base], "two values of one type and shape");
  }
  if (isZero(gradient)) return base;
  const { operator, inputs, attributes } = gradient.node;
  if (operator.name === "Gemm" && inputs.length === 2) {
    return gemm(inputs[0]!, inputs[1]!, { c: base, ...(attributes as GemmAttributes) });
  }
  if (operator.name === "ScatterRows" && isZero(inputs[0]!)) {
    return scatterAddRows(base, inputs[1]!, inputs[2]!);
  }
  return add(base, gradient);
}
