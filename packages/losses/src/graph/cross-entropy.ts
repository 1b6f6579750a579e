import {
  cast,
  equal,
  gatherElements,
  logSoftmax,
  negate,
  range,
  reshape,
  softmax,
  subtract,
} from "@sdtt/graph";
import type { Value } from "@sdtt/graph";
import type { RowLossGradient } from "./row-loss.ts";

/**
 * -log p of each row's target, int64 `[rows]`; by the logits: p minus the target's one-hot. With the weights of
 * `nelboWeight` it is the MDLM objective, with equal ones the loss of an autoregressive judge.
 */
export function crossEntropyGradient(logits: Value, targets: Value): RowLossGradient {
  const [rows, tokens] = logits.shape as [Value["shape"][0], number];
  const column = reshape(targets, [rows, 1]);
  const isTarget = cast(equal(column, reshape(range(tokens), [1, tokens])), logits.dtype);
  return {
    loss: negate(gatherElements(logSoftmax(logits), column)),
    gradient: subtract(softmax(logits), isTarget),
  };
}
