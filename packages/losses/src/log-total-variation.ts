import type { DistillationLoss } from "./distillation-loss.ts";
import { rowwise } from "./rowwise.ts";
import type { RowDivergence } from "./rowwise.ts";

/** `sum |log p - log q|`: no total variation distance, but what the released code calls `tvd`. Flat at ties. */
const absoluteError: RowDivergence = (logP, logQ, derivative) => {
  let sum = 0;
  for (let v = 0; v < logP.length; v++) {
    const difference = logP[v]! - logQ[v]!;
    sum += Math.abs(difference);
    derivative[v] = Math.sign(difference);
  }
  return sum;
};

/** The released code's without the mask column: the form to train with. */
export const logTotalVariation: DistillationLoss = rowwise("tvd-log", absoluteError);

/** The released code's: the mask is one of the ids, with a term that is rounding noise in float32. */
export const releasedTotalVariation: DistillationLoss = rowwise("tvd-released", absoluteError, "kept");
