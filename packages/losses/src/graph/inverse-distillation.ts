import { logSoftmax, multiply, negate, reduceSum, softmax, subtract } from "@sdtt/graph";
import type { Value } from "@sdtt/graph";
import type { RowLossGradient } from "./row-loss.ts";

const sumTokens = (x: Value) => reduceSum(x, { axes: [1], keep: true });

/**
 * The mean of log f - log f* under the law p of the logits, of log-probabilities `[rows, tokens]` that do not depend on them;
 * by the logits: p (a - <p, a>), with a the difference. The student's loss of inverse distillation.
 */
export function logRatioGradient(logits: Value, fakeLogProbs: Value, teacherLogProbs: Value): RowLossGradient {
  const p = softmax(logits);
  const ratio = subtract(fakeLogProbs, teacherLogProbs);
  const loss = sumTokens(multiply(p, ratio));
  return { loss, gradient: multiply(p, subtract(ratio, loss)) };
}

/**
 * -<q, log p>, of the law p of the logits and weights q, `[rows, tokens]`; by the logits: p sum q - q. With q a law it is
 * cross-entropy to soft targets: the fake's loss of inverse distillation.
 */
export function softCrossEntropyGradient(logits: Value, targets: Value): RowLossGradient {
  return {
    loss: negate(sumTokens(multiply(targets, logSoftmax(logits)))),
    gradient: subtract(multiply(softmax(logits), sumTokens(targets)), targets),
  };
}
