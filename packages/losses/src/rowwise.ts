import type { DistillationBatch, DistillationLoss, DistillationLossName } from "./distillation-loss.ts";
import { backpropagateLogSoftmax, logSoftmax } from "./log-softmax.ts";
import type { Logits, Loss } from "./loss.ts";
import { checkLength, countRows, rowWeights } from "./rows.ts";

/**
 * The divergence of one row from the log-probabilities of student and teacher. Writes the divergence's derivative by
 * each of the student's log-probabilities to `derivative`; the chain rule to the logits is not its part.
 */
export type RowDivergence = (logP: Float64Array, logQ: Float64Array, derivative: Float64Array) => number;

/**
 * A distillation loss from the divergence of a row.
 *
 * @param maskColumn - `dropped`: the distributions are over the `vocabSize - 1` other ids. `kept`: the mask is an id too, after
 * 1e6 was subtracted from its logit, as the released code has it.
 */
export function rowwise(
  name: DistillationLossName,
  divergence: RowDivergence,
  maskColumn: "dropped" | "kept" = "dropped",
): DistillationLoss {
  return { name, evaluate: (batch) => evaluateRows(batch, divergence, maskColumn === "kept") };
}

function evaluateRows(batch: DistillationBatch, divergence: RowDivergence, keepMask: boolean): Loss {
  const { student, teacher, vocabSize } = batch;
  const rows = countRows(student, vocabSize);
  checkLength("teacher", teacher, student.length);
  const weights = rowWeights(batch.weights, rows);

  const columns = keepMask ? vocabSize : vocabSize - 1;
  const logP = new Float64Array(columns);
  const logQ = new Float64Array(columns);
  const derivative = new Float64Array(columns);
  const gradient = new Float64Array(student.length);
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    const start = row * vocabSize;
    readLogProbs(student, start, logP, keepMask);
    readLogProbs(teacher, start, logQ, keepMask);
    loss += weight * divergence(logP, logQ, derivative);
    backpropagateLogSoftmax(logP, derivative, weight, gradient.subarray(start, start + columns));
  }
  return { loss, gradient };
}

function readLogProbs(logits: Logits, start: number, out: Float64Array, keepMask: boolean): void {
  out.set(logits.subarray(start, start + out.length));
  if (keepMask) out[out.length - 1]! -= 1e6;
  logSoftmax(out);
}
