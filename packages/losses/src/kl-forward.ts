import type { DistillationLoss } from "./distillation-loss.ts";
import { rowwise } from "./rowwise.ts";

/** KL(teacher || student): it makes the student cover all that the teacher finds likely. Derivative by the logits: `p - q`. */
export const klForward: DistillationLoss = rowwise("kl-fwd", (logP, logQ, derivative) => {
  let divergence = 0;
  for (let v = 0; v < logP.length; v++) {
    const q = Math.exp(logQ[v]!);
    divergence += q === 0 ? 0 : q * (logQ[v]! - logP[v]!);
    derivative[v] = -q;
  }
  return divergence;
});
