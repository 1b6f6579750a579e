import type { DistillationLoss } from "./distillation-loss.ts";
import { rowwise } from "./rowwise.ts";
import type { RowDivergence } from "./rowwise.ts";

/** The mean over the ids of `(log p - log q)^2` (arXiv 2410.21035, equation 11). */
const squaredError: RowDivergence = (logP, logQ, derivative) => {
  let sum = 0;
  for (let v = 0; v < logP.length; v++) {
    const difference = logP[v]! - logQ[v]!;
    sum += difference ** 2;
    derivative[v] = (2 * difference) / logP.length;
  }
  return sum / logP.length;
};

/** The paper's MSE. */
export const meanSquaredError: DistillationLoss = rowwise("mse", squaredError);

/** The released code's: the mask is one of the ids, with a term that is rounding noise in float32. */
export const releasedMeanSquaredError: DistillationLoss = rowwise("mse-released", squaredError, "kept");
