import type { DistillationLoss } from "./distillation-loss.ts";
import { rowwise } from "./rowwise.ts";

/** The paper's total variation distance, `1/2 sum |p - q|`, in [0, 1] (arXiv 2410.21035, equation 10). Flat at ties. */
export const totalVariation: DistillationLoss = rowwise("tvd", (logP, logQ, derivative) => {
  let sum = 0;
  for (let v = 0; v < logP.length; v++) {
    const p = Math.exp(logP[v]!);
    const difference = p - Math.exp(logQ[v]!);
    sum += Math.abs(difference);
    derivative[v] = (p * Math.sign(difference)) / 2;
  }
  return sum / 2;
});
