import { SdttError } from "@sdtt/core";
import { backpropagateLogSoftmax, logSoftmax } from "./log-softmax.ts";
import type { Logits, Loss } from "./loss.ts";
import { checkLength, countRows, rowWeights } from "./rows.ts";

/** Predictions of a classifier over ids, one a row. */
export interface CrossEntropyBatch {
  /** Raw logits, `[rows, vocabSize]`. */
  readonly logits: Logits;
  /** The id that was to be predicted at each row, `[rows]`. */
  readonly targets: ArrayLike<number>;
  /** Number of ids, at least 2. */
  readonly vocabSize: number;
  /** What each row adds to the loss, `[rows]`; absent, `1 / rows`, which makes it a mean. A row of 0 is not read. */
  readonly weights?: ArrayLike<number> | undefined;
  /**
   * Whether the last id is a mask that cannot be predicted, as it is for a denoiser under SUBS; an autoregressive model
   * has none.
   */
  readonly subs?: boolean | undefined;
}

/** What `crossEntropy` returns. */
export interface CrossEntropy extends Loss {
  /** `-log p(target)` of each row in nats, `[rows]`, before weights; zero at a row of weight 0. */
  readonly surprisal: Float64Array;
}

/**
 * The weighted sum of `-log p(target)` and its gradient by the logits, `weight * (p - onehot(target))`. Throws `usage`
 * where the sizes contradict each other or a target is no id that can be predicted.
 */
export function crossEntropy(batch: CrossEntropyBatch): CrossEntropy {
  const { logits, targets, vocabSize, subs = false } = batch;
  const rows = countRows(logits, vocabSize);
  checkLength("targets", targets, rows);
  const weights = rowWeights(batch.weights, rows);

  const columns = subs ? vocabSize - 1 : vocabSize;
  const logP = new Float64Array(columns);
  const derivative = new Float64Array(columns);
  const gradient = new Float64Array(logits.length);
  const surprisal = new Float64Array(rows);
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    const target = checkTarget(targets[row]!, columns, row);
    const start = row * vocabSize;
    logP.set(logits.subarray(start, start + columns));
    logSoftmax(logP);
    surprisal[row] = -logP[target]!;
    loss += weight * surprisal[row]!;
    derivative.fill(0);
    derivative[target] = -1;
    backpropagateLogSoftmax(logP, derivative, weight, gradient.subarray(start, start + columns));
  }
  return { loss, gradient, surprisal };
}

function checkTarget(target: number, columns: number, row: number): number {
  if (!Number.isInteger(target) || target < 0 || target >= columns) {
    throw new SdttError(
      "usage",
      `The target of row ${row} must be an id from 0 to ${columns - 1}; got ${target}.`,
    );
  }
  return target;
}
