import type { DistillationLoss } from "./distillation-loss.ts";
import { rowwise } from "./rowwise.ts";

/**
 * KL(student || teacher), the paper's KLD: it keeps the student off what the teacher finds unlikely. Derivative by the
 * logits: `p * (log p - log q - KL)`.
 */
export const klBackward: DistillationLoss = rowwise("kl-bwd", (logP, logQ, derivative) => {
  let divergence = 0;
  for (let v = 0; v < logP.length; v++) {
    const p = Math.exp(logP[v]!);
    const term = p === 0 ? 0 : p * (logP[v]! - logQ[v]!);
    divergence += term;
    // The derivative is `term + p`; a multiple of p falls out in the chain rule.
    derivative[v] = term;
  }
  return divergence;
});
