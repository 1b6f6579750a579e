import type { DistillationLoss } from "./distillation-loss.ts";
import { rowwise } from "./rowwise.ts";

/**
 * The Jensen-Shannon divergence, `1/2 KL(p || m) + 1/2 KL(q || m)` with `m = (p + q) / 2`, in [0, log 2]: what consistency is
 * measured by (MPDC, arXiv 2605.00161). Derivative by the logits: `p * (a - <p, a>)` with `a = 1/2 (log p - log m)`.
 */
export const jensenShannon: DistillationLoss = rowwise("js", (logP, logQ, derivative) => {
  let divergence = 0;
  for (let v = 0; v < logP.length; v++) {
    const [p, q] = [Math.exp(logP[v]!), Math.exp(logQ[v]!)];
    const ofStudent = p === 0 ? 0 : (p * overMiddle(logP[v]!, logQ[v]!)) / 2;
    const ofTeacher = q === 0 ? 0 : (q * overMiddle(logQ[v]!, logP[v]!)) / 2;
    divergence += ofStudent + ofTeacher;
    derivative[v] = ofStudent;
  }
  return divergence;
});

/** log a - log((a + b) / 2) from log a, which is finite, and log b. */
function overMiddle(logA: number, logB: number): number {
  const difference = logB - logA;
  const softplus = Math.max(difference, 0) + Math.log1p(Math.exp(-Math.abs(difference)));
  return Math.LN2 - softplus;
}
