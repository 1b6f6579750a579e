import { SdttError } from "@sdtt/core";
import { formatShape } from "../dimension.ts";
import { isReal } from "../ops/cast.ts";
import { scalar } from "../scalar.ts";
import { mismatch } from "../value.ts";
import type { Value } from "../value.ts";
import { vectorJacobianProduct } from "./vector-jacobian-product.ts";
import { broadcastZero } from "./zero.ts";

/**
 * The gradients of a loss, a scalar of shape [], for each of the values, of their types and shapes; zeros for one that
 * the loss does not depend on. A value counts as independent of the others, even where it is computed from them.
 *
 * @throws SdttError `usage` for a loss that is no scalar, a value that is not of a floating-point type, or an operator on
 *   the way that has no derivative.
 */
export function gradients(loss: Value, values: readonly Value[]): Value[] {
  if (loss.shape.length > 0 || !isReal(loss.dtype)) {
    throw new SdttError(
      "usage",
      `A loss is one floating-point number, of shape []; got ${loss.dtype}${formatShape(loss.shape)}. Reduce it first.`,
    );
  }
  const discrete = values.filter(({ dtype }) => !isReal(dtype));
  if (discrete.length > 0) throw mismatch("gradients", discrete, "values of floating-point types");
  const found = vectorJacobianProduct({
    outputs: [loss],
    cotangents: [scalar(loss.dtype, 1)],
    inputs: values,
  });
  return values.map(({ dtype, shape }, i) => found[i] ?? broadcastZero(dtype, shape));
}
