import {
  add,
  cast,
  equal,
  logSoftmax,
  multiply,
  negate,
  range,
  reduceSum,
  reshape,
  scalar,
  softmax,
  subtract,
} from "@sdtt/graph";
import type { Value } from "@sdtt/graph";
import type { RowLossGradient } from "./row-loss.ts";

const sumTokens = (x: Value) => reduceSum(x, { axes: [1], keep: true });

/**
 * The mean of log f - log f* under the distribution p of the logits, of log-probabilities `[rows, tokens]` that do not depend on them;
 * by the logits: p (a - <p, a>), with a the difference. The student's loss of inverse distillation.
 */
export function logRatioGradient(
  logits: Value,
  fakeLogProbs: Value,
  teacherLogProbs: Value,
): RowLossGradient {
  const p = softmax(logits);
  const ratio = subtract(fakeLogProbs, teacherLogProbs);
  const loss = sumTokens(multiply(p, ratio));
  return { loss, gradient: multiply(p, subtract(ratio, loss)) };
}

/**
 * What the fake is trained towards, `[rows, tokens]`: the distribution of a student's logits, or a one-hot at a row whose token it was
 * shown; and a share of a teacher's distribution, if it is above 0.
 */
export function softTargets(options: {
  /** int64 `[rows]`: the id that was shown, else -1. */
  given: Value;
  logits: Value;
  teacher?: { logits: Value; share: number } | undefined;
}): Value {
  const { given, logits, teacher } = options;
  const [rows, tokens] = logits.shape as [Value["shape"][0], number];
  const column = reshape(given, [rows, 1]);
  const shown = cast(equal(column, reshape(range(tokens), [1, tokens])), logits.dtype);
  const isOpen = subtract(scalar(logits.dtype, 1), sumTokens(shown));
  const own = add(shown, multiply(isOpen, softmax(logits)));
  if (!teacher || teacher.share === 0) return own;
  return add(own, multiply(scalar(logits.dtype, teacher.share), softmax(teacher.logits)));
}

/**
 * -<q, log p>, of the distribution p of the logits and weights q, `[rows, tokens]`; by the logits: p sum q - q. With q a distribution it is
 * cross-entropy to soft targets: the fake's loss of inverse distillation.
 */
export function softCrossEntropyGradient(logits: Value, targets: Value): RowLossGradient {
  return {
    loss: negate(sumTokens(multiply(targets, logSoftmax(logits)))),
    gradient: subtract(multiply(softmax(logits), sumTokens(targets)), targets),
  };
}
