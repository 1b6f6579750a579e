import { SdttError } from "@sdtt/core";
import { backpropagateLogSoftmax, logSoftmax } from "./log-softmax.ts";
import type { Logits, Loss } from "./loss.ts";
import { checkLength, countRows, rowWeights } from "./rows.ts";

/**
 * The masked positions of a text that the student wrote and that was masked again, one a row, and what three networks say of
 * them. The last id is the mask; its logit is ignored (SUBS).
 */
export interface InverseBatch {
  /** The student's raw logits at the text that it filled in, `[rows, vocabSize]`. */
  readonly student: Logits;
  /** Raw logits or log-probabilities of the fake and of the teacher at the text masked again, `[rows, vocabSize]`. */
  readonly fake: Logits;
  readonly teacher: Logits;
  /** Number of ids, the mask included; at least 2. */
  readonly vocabSize: number;
  /** The id of a position that the student was shown, -1 for one that it filled in, `[rows]`; all filled in unless given. */
  readonly given?: ArrayLike<number> | undefined;
  /** What each row adds to the loss, `[rows]`; absent, `1 / rows`. A row of weight 0 is not read. */
  readonly weights?: ArrayLike<number> | undefined;
}

/**
 * The student's loss of inverse distillation (IDLM): the weighted sum of `sum_v p_v (log f_v - log f*_v)`, p the student's distribution, f
 * the fake's, f* the teacher's; and its gradient by the student's logits, `weight * p (a - <p, a>)` with `a = log f - log f*`. A
 * position that the student was shown has a one-hot for p, and no gradient. It may be negative.
 *
 * @throws SdttError `usage` where the sizes contradict each other.
 */
export function inverseStudentLoss(batch: InverseBatch): Loss {
  return sumRows(batch, batch.student, ({ student, p, fake, teacher }) => {
    const derivative = p.map((_, v) => fake[v]! - teacher[v]!);
    const loss = p.reduce((sum, share, v) => sum + (share === 0 ? 0 : share * derivative[v]!), 0);
    // By the log-probabilities; a shown position's distribution does not depend on them.
    const slope = student ? derivative.map((a, v) => p[v]! * a) : undefined;
    return { loss, logProbs: student, derivative: slope };
  });
}

/**
 * The fake's: the weighted sum of `-sum_v (p_v + r f*_v) log f_v`, and its gradient by the fake's logits. With `r` above 0 the
 * fake is held near the teacher (D-MMD, arXiv 2603.20155).
 *
 * @param regularization - r, from 0; 0 unless given.
 * @throws SdttError `usage` where the sizes contradict each other.
 */
export function inverseFakeLoss(batch: InverseBatch, regularization: number = 0): Loss {
  return sumRows(batch, batch.fake, ({ p, fake, teacher }) => {
    const targets = p.map((share, v) => share + regularization * Math.exp(teacher[v]!));
    const loss = -targets.reduce((sum, share, v) => sum + (share === 0 ? 0 : share * fake[v]!), 0);
    return { loss, logProbs: fake, derivative: targets.map((share) => -share) };
  });
}

interface Row {
  /** Log-probabilities; none where the student was shown the token. */
  readonly student: Float64Array | undefined;
  readonly p: Float64Array;
  readonly fake: Float64Array;
  readonly teacher: Float64Array;
}

function sumRows(
  batch: InverseBatch,
  by: Logits,
  evaluate: (row: Row) => {
    loss: number;
    logProbs: Float64Array | undefined;
    derivative: Float64Array | undefined;
  },
): Loss {
  const { student, fake, teacher, vocabSize, given } = batch;
  const rows = countRows(student, vocabSize);
  checkLength("fake", fake, student.length);
  checkLength("teacher", teacher, student.length);
  if (given) checkLength("given", given, rows);
  const weights = rowWeights(batch.weights, rows);
  const tokens = vocabSize - 1;
  const gradient = new Float64Array(by.length);
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    const start = row * vocabSize;
    const distributionOf = (logits: Logits): Float64Array => {
      const distribution = Float64Array.from(logits.subarray(start, start + tokens));
      logSoftmax(distribution);
      return distribution;
    };
    const id = given?.[row] ?? -1;
    const own = id < 0 ? distributionOf(student) : undefined;
    const p = own ? own.map(Math.exp) : oneHot(id, tokens);
    const result = evaluate({
      student: own,
      p,
      fake: distributionOf(fake),
      teacher: distributionOf(teacher),
    });
    loss += weight * result.loss;
    const { logProbs, derivative } = result;
    if (!logProbs || !derivative) continue;
    backpropagateLogSoftmax(logProbs, derivative, weight, gradient.subarray(start, start + tokens));
  }
  return { loss, gradient };
}

function oneHot(id: number, tokens: number): Float64Array {
  if (!Number.isInteger(id) || id >= tokens) {
    throw new SdttError("usage", `A given id is from 0 to ${tokens - 1}, or -1; got ${id}.`);
  }
  const distribution = new Float64Array(tokens);
  distribution[id] = 1;
  return distribution;
}
