import { add, multiply, reshape, scalar } from "@sdtt/graph";
import type { Value } from "@sdtt/graph";
import { crossEntropyGradient } from "./cross-entropy.ts";
import { divergenceGradient } from "./divergences.ts";
import type { RowLossGradient } from "./row-loss.ts";

/** The loss of consistency of rows of logits and its gradient: `consistencyLoss` before the rows' weights. */
export function consistencyGradient(options: {
  /** The student's, `[rows, tokens]`. */
  logits: Value;
  /** Log-probabilities that do not depend on them, `[rows, tokens]`. */
  target: Value;
  /** int64 `[rows]` */
  ids: Value;
  /** float `[rows]` */
  divergenceWeights: Value;
  dataWeight: number;
}): RowLossGradient {
  const { logits, target, ids, divergenceWeights, dataWeight } = options;
  const data = crossEntropyGradient(logits, ids);
  const divergence = divergenceGradient("js", logits, target);
  const column = reshape(divergenceWeights, [divergenceWeights.shape[0]!, 1]);
  const weigh = (ofData: Value, ofDivergence: Value) =>
    add(multiply(ofData, scalar(logits.dtype, dataWeight)), multiply(ofDivergence, column));
  return {
    loss: weigh(data.loss, divergence.loss),
    gradient: weigh(data.gradient, divergence.gradient),
  };
}
