import { SdttError } from "@sdtt/core";
import {
  absolute,
  add,
  exponential,
  logarithm,
  logSoftmax,
  maximum,
  multiply,
  negate,
  reduceMean,
  reduceSum,
  scalar,
  sign,
  softmax,
  subtract,
} from "@sdtt/graph";
import type { Value } from "@sdtt/graph";
import { canonicalLossName } from "../distillation-loss.ts";
import type { DistillationLossAlias, DistillationLossName } from "../distillation-loss.ts";
import type { RowLossGradient } from "./row-loss.ts";

/** The losses that a graph can have. The `-released` ones read the mask's column, which training leaves out. */
export type TrainableLossName = Exclude<DistillationLossName, "mse-released" | "tvd-released">;

/** A student's logits against a teacher's log-probabilities, both `[rows, tokens]`. */
type Divergence = (logits: Value, teacherLogProbs: Value) => RowLossGradient;

const sumTokens = (x: Value) => reduceSum(x, { axes: [1], keep: true });

/** sum p (log p - log q); by the logits: p (log p - log q - loss). */
const klBackward: Divergence = (logits, teacher) => {
  const p = softmax(logits);
  const difference = subtract(logSoftmax(logits), teacher);
  const loss = sumTokens(multiply(p, difference));
  return { loss, gradient: multiply(p, subtract(difference, loss)) };
};

/** sum q (log q - log p); by the logits: p - q. */
const klForward: Divergence = (logits, teacher) => {
  const q = exponential(teacher);
  const loss = sumTokens(multiply(q, subtract(teacher, logSoftmax(logits))));
  return { loss, gradient: subtract(softmax(logits), q) };
};

/** log(1 + e^x), which does not overflow. */
const softplus = (x: Value): Value =>
  add(maximum(x, scalar(x.dtype, 0)), logarithm(add(scalar(x.dtype, 1), exponential(negate(absolute(x))))));

/** The mean of KL(p || m) and KL(q || m), m = (p + q) / 2; by the logits: p (a - <p, a>) with a = (log p - log m) / 2. */
const jensenShannon: Divergence = (logits, teacher) => {
  const [p, q] = [softmax(logits), exponential(teacher)];
  const difference = subtract(teacher, logSoftmax(logits));
  /** Half of what a distribution has over the middle, from the logarithm of the other one's share of it. */
  const overMiddle = (x: Value) =>
    multiply(subtract(scalar(x.dtype, Math.LN2), softplus(x)), scalar(x.dtype, 0.5));
  const ofStudent = overMiddle(difference);
  const mean = sumTokens(multiply(p, ofStudent));
  return {
    loss: add(mean, sumTokens(multiply(q, overMiddle(negate(difference))))),
    gradient: multiply(p, subtract(ofStudent, mean)),
  };
};

/** From the gradient by the log-probabilities to that by the logits: g - p sum g. */
function throughLogSoftmax(logits: Value, gradient: Value): Value {
  return subtract(gradient, multiply(softmax(logits), sumTokens(gradient)));
}

/** The mean over tokens of (log p - log q)^2 (arXiv 2410.21035, appendix B). */
const meanSquaredError: Divergence = (logits, teacher) => {
  const difference = subtract(logSoftmax(logits), teacher);
  const tokens = logits.shape[1] as number;
  const gradient = throughLogSoftmax(logits, multiply(difference, scalar(logits.dtype, 2 / tokens)));
  return { loss: reduceMean(multiply(difference, difference), { axes: [1], keep: true }), gradient };
};

/** sum |p - q| / 2 (arXiv 2410.21035, appendix B); by the logits: p (s - sum p s) with s = sign(p - q) / 2. */
const totalVariation: Divergence = (logits, teacher) => {
  const p = softmax(logits);
  const difference = subtract(p, exponential(teacher));
  const half = scalar(logits.dtype, 0.5);
  const slope = multiply(sign(difference), half);
  return {
    loss: multiply(sumTokens(absolute(difference)), half),
    gradient: multiply(p, subtract(slope, sumTokens(multiply(p, slope)))),
  };
};

/** sum |log p - log q|: what the released code trains under the name of TVD, without the mask's column. */
const logTotalVariation: Divergence = (logits, teacher) => {
  const difference = subtract(logSoftmax(logits), teacher);
  return { loss: sumTokens(absolute(difference)), gradient: throughLogSoftmax(logits, sign(difference)) };
};

const divergences: Readonly<Record<TrainableLossName, Divergence>> = {
  "kl-bwd": klBackward,
  "kl-fwd": klForward,
  js: jensenShannon,
  mse: meanSquaredError,
  tvd: totalVariation,
  "tvd-log": logTotalVariation,
};

/** Every loss that can be trained with. */
export const trainableLossNames = Object.keys(divergences) as readonly TrainableLossName[];

/** The divergence of a student's logits from a teacher's log-probabilities. Throws `usage` for an unknown name. */
export function divergenceGradient(
  name: TrainableLossName | DistillationLossAlias,
  logits: Value,
  teacherLogProbs: Value,
): RowLossGradient {
  const divergence = divergences[canonicalLossName(name)] as Divergence | undefined;
  if (!divergence) {
    throw new SdttError(
      "usage",
      `"${name}" cannot be trained with; choose one of ${trainableLossNames.join(", ")}.`,
    );
  }
  return divergence(logits, teacherLogProbs);
}
