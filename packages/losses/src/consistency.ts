import { crossEntropy } from "./cross-entropy.ts";
import { jensenShannon } from "./jensen-shannon.ts";
import type { Logits, Loss } from "./loss.ts";
import { checkLength, countRows, rowWeights } from "./rows.ts";

/** The masked positions of a text, one a row. The last id is the mask; its logit is ignored (SUBS). */
export interface ConsistencyBatch {
  /** The student's raw logits at the text, `[rows, vocabSize]`. */
  readonly student: Logits;
  /** Raw logits or log-probabilities of the target at the same text with fewer masks, `[rows, vocabSize]`. */
  readonly target: Logits;
  /** The ids behind the masks, `[rows]`. */
  readonly ids: ArrayLike<number>;
  /** What the divergence from the target counts, `[rows]`; 0 where the target has no mask any more. */
  readonly divergenceWeights: ArrayLike<number>;
  /** What the cross-entropy counts, the same for all rows. */
  readonly dataWeight: number;
  /** Number of ids, the mask included; at least 2. */
  readonly vocabSize: number;
  /** What each row adds to the loss, `[rows]`; absent, `1 / rows`. A row of weight 0 is not read. */
  readonly weights?: ArrayLike<number> | undefined;
}

/**
 * The loss of consistency without a teacher (MPDC, arXiv 2605.00161): the weighted sum of `d * -log p(id) + c * JS(p, q)`, p the
 * student's distribution, q the target's, d and c their weights; and its gradient by the student's logits.
 *
 * @throws SdttError `usage` where the sizes contradict each other or an id is none that can be predicted.
 */
export function consistencyLoss(batch: ConsistencyBatch): Loss {
  const { student, target, ids, divergenceWeights, dataWeight, vocabSize } = batch;
  const rows = countRows(student, vocabSize);
  checkLength("divergenceWeights", divergenceWeights, rows);
  const weights = Float64Array.from(rowWeights(batch.weights, rows));
  const data = crossEntropy({
    logits: student,
    targets: ids,
    vocabSize,
    weights: weights.map((weight) => weight * dataWeight),
    subs: true,
  });
  const divergence = jensenShannon.evaluate({
    student,
    teacher: target,
    vocabSize,
    weights: weights.map((weight, row) => weight * divergenceWeights[row]!),
  });
  return {
    loss: data.loss + divergence.loss,
    gradient: data.gradient.map((value, i) => value + divergence.gradient[i]!),
  };
}
