import { tensor } from "@sdtt/core";
import {
  broadcastTo,
  cast,
  concat,
  constant,
  equal,
  gatherElements,
  linear,
  exponential,
  logarithm,
  logSoftmax,
  range,
  reduceMax,
  reduceSum,
  reshape,
  scalar,
  slice,
  subtract,
  where,
} from "@sdtt/graph";
import type { Value } from "@sdtt/graph";
import { tokenCount } from "./config.ts";
import type { HeadConfig } from "./config.ts";
import type { ParameterSource } from "./parameter-source.ts";

export interface HeadOptions {
  readonly config: HeadConfig;
  readonly parameters: ParameterSource;
  /** `[rows, hidden]` of `ditHidden` or `causalHidden`. */
  readonly hidden: Value;
}

/**
 * Logits of everything but the mask, `[rows, tokens]`. Under SUBS the mask has probability zero; leaving its column
 * out is exact, where the original's `logit += -1e6` rounds.
 */
export function tokenLogits({ config, parameters, hidden }: HeadOptions): Value {
  const tokens = tokenCount(config);
  if (config.tiedTo !== undefined) return linear(hidden, parameters.leadingRows(config.tiedTo, tokens));
  const bias = parameters.leadingRows("output_layer.linear.bias", tokens);
  const pieces = parameters.leadingPieces("output_layer.linear.weight", tokens);
  if (pieces.length === 1) return linear(hidden, pieces[0]!, bias);
  let next = 0;
  const logits = pieces.map((piece) => {
    const first = next;
    next += piece.shape[0] as number;
    return linear(hidden, piece, slice(bias, { axis: 0, start: first, end: next }));
  });
  return concat(logits, 1);
}

/** Raw logits with the mask's column, `[rows, vocab]`. */
export function allLogits({ parameters, hidden }: HeadOptions): Value {
  return linear(
    hidden,
    parameters.get("output_layer.linear.weight"),
    parameters.get("output_layer.linear.bias"),
  );
}

/** Log-probabilities under SUBS, `[rows, vocab]`: -Infinity at the mask. */
export function subsLogProbs(options: HeadOptions): Value {
  const logProbs = logSoftmax(tokenLogits(options));
  const never = constant(tensor("float32", [1, 1], Float32Array.of(-Infinity)));
  return concat([logProbs, broadcastTo(cast(never, logProbs.dtype), [logProbs.shape[0]!, 1])], 1);
}

/**
 * The log-probability of one token for each row, `[rows]`; `ids` is int64 `[rows]`. The logarithm is taken in float64: that of
 * float32 may differ in its last bit with the row's place among the others, and samplers decide by these numbers.
 */
export function logProbsOf(logits: Value, ids: Value): Value {
  const rows = logits.shape[0]!;
  const peak = reduceMax(logits, { axes: [1], keep: true });
  const total = reduceSum(exponential(subtract(logits, peak)), { axes: [1], keep: true });
  const chosen = subtract(gatherElements(logits, reshape(ids, [rows, 1])), peak);
  const logProbs = subtract(cast(chosen, "float64"), logarithm(cast(total, "float64")));
  return reshape(cast(logProbs, logits.dtype), [rows]);
}

/**
 * SEDD's log score, `[rows, vocab]`: the logits minus the row's `level`, and 0 at the row's own token (SEDD,
 * `model/transformer.py`, `scale_by_sigma`). The level, float32 `[rows]`, is log(expm1(sigma)) + log(vocab - 1); it comes
 * from outside because expm1 of a small sigma needs float64. `ownTokens` is int64 `[rows]`.
 */
export function seddLogScore(options: HeadOptions & { level: Value; ownTokens: Value }): Value {
  const { config, level, ownTokens } = options;
  const logits = allLogits(options);
  const rows = logits.shape[0]!;
  const score = subtract(logits, reshape(level, [rows, 1]));
  const isOwn = equal(reshape(ownTokens, [rows, 1]), reshape(range(config.vocabSize), [1, config.vocabSize]));
  return where(isOwn, scalar(score.dtype, 0), score);
}
