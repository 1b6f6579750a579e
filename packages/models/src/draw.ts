import {
  add,
  cast,
  cumulativeSum,
  divide,
  exponential,
  greaterOrEqual,
  int64Vector,
  lessOrEqual,
  maximum,
  minimum,
  multiply,
  pad,
  pickAlongRows,
  reduceMax,
  reduceSum,
  reshape,
  scalar,
  slice,
  subtract,
  topK,
  where,
} from "@sdtt/graph";
import type { Value } from "@sdtt/graph";
import { logProbsOf } from "./heads.ts";

export interface DrawOptions {
  /** `[rows, tokens]` */
  readonly logits: Value;
  /** bool `[1, tokens]`: the only tokens that may be drawn. */
  readonly allowed?: Value;
  /** float64 `[rows]`, in (0, 1). */
  readonly uniforms: Value;
  /** float32 `[1]`: divides the logits. */
  readonly temperature?: Value;
  /** Keeps a part of the law; both are needed: k is int64 `[1]`, p float64 `[1]`. */
  readonly filter?: { readonly topK: Value; readonly topP: Value };
}

export interface DrawnTokens {
  /** int64 `[rows]` */
  readonly ids: Value;
  /** float32 `[rows]`, under the logits as they came; NaN where they, or what the temperature makes of them, are no law. */
  readonly logProbs: Value;
}

/**
 * Draws one token for each row by inverting its cumulative distribution at a 53-bit uniform. Sums run over blocks of
 * about sqrt(tokens) first, so that the running sums in float64 are short: one over the blocks, one inside the block that
 * the uniform falls into.
 */
export function drawTokens({ logits, allowed, uniforms, temperature, filter }: DrawOptions): DrawnTokens {
  const rows = logits.shape[0]!;
  const tokens = logits.shape[1] as number;
  // Before the greatest is taken out: those that may be drawn do not underflow, however unlikely they are among all.
  const possible = allowed ? where(allowed, logits, scalar("float32", -Infinity)) : logits;
  const scaled = temperature ? divide(possible, temperature) : possible;
  let mass = exponential(subtract(scaled, reduceMax(scaled, { axes: [1], keep: true })));
  if (filter) mass = keepMostLikely(mass, filter.topK, filter.topP);

  const size = blockSize(tokens);
  const count = Math.ceil(tokens / size);
  const blocks = reshape(pad(mass, { axis: 1, after: size * count - tokens }), [rows, count, size]);
  const blockEnds = cumulativeSum(cast(reduceSum(blocks, { axes: [2] }), "float64"));
  const target = below(multiply(reshape(uniforms, [rows, 1]), lastOf(blockEnds)), lastOf(blockEnds));
  // Where the masses are NaN nothing is at most the target, or all are: the index stays one, the log-probability tells.
  const blockIndex = minimum(countAtMost(blockEnds, target), scalar("int64", count - 1));

  // The rest of the uniform, as a share of the block, so that the rounding of the block's float32 sum does no harm.
  const end = pickAlongRows(blockEnds, blockIndex);
  const mine = cast(pickAlongRows(blocks, blockIndex), "float64");
  const places = cumulativeSum(mine);
  const blockMass = cast(pickAlongRows(reduceSum(blocks, { axes: [2] }), blockIndex), "float64");
  const share = divide(subtract(reshape(target, [rows]), subtract(end, blockMass)), blockMass);
  const inside = maximum(reshape(share, [rows, 1]), scalar("float64", 0));
  const inner = below(multiply(inside, lastOf(places)), lastOf(places));
  const place = add(multiply(blockIndex, scalar("int64", size)), countAtMost(places, inner));
  const ids = minimum(place, scalar("int64", tokens - 1));

  const noughtOfLaw = cast(multiply(reshape(lastOf(blockEnds), [rows]), scalar("float64", 0)), logits.dtype);
  return { ids, logProbs: add(logProbsOf(logits, ids), noughtOfLaw) };
}

/** The divisor of `tokens` nearest its root, if one is within a factor of four; else the root itself, with padding. */
function blockSize(tokens: number): number {
  const root = Math.ceil(Math.sqrt(tokens));
  for (let distance = 0; distance < root; distance++) {
    for (const size of [root + distance, root - distance]) {
      if (size * 4 >= root && size <= 4 * root && tokens % size === 0) return size;
    }
  }
  return root;
}

/**
 * Zeroes all but the most likely: at most k, and of those the fewest that together have at least a share p. Whatever
 * ties with the last one kept is kept as well.
 */
function keepMostLikely(mass: Value, k: Value, p: Value): Value {
  const tokens = mass.shape[1] as number;
  const sorted = topK(mass, minimum(k, int64Vector([tokens])), "kept").values;
  const running = cumulativeSum(cast(sorted, "float64"));
  const total = reduceMax(running, { axes: [1], keep: true });
  const before = subtract(running, cast(sorted, "float64"));
  const isPast = lessOrEqual(multiply(p, total), before);
  const threshold = reduceMin(where(isPast, scalar("float32", Infinity), sorted));
  return where(greaterOrEqual(mass, threshold), mass, scalar("float32", 0));
}

function reduceMin(x: Value): Value {
  const opposite = multiply(x, scalar(x.dtype, -1));
  return multiply(reduceMax(opposite, { axes: [1], keep: true }), scalar(x.dtype, -1));
}

/** How many of each row's running sums are at or below the target: the index of the first that is above. */
function countAtMost(sums: Value, target: Value): Value {
  return reduceSum(cast(lessOrEqual(sums, target), "int64"), { axes: [1] });
}

function lastOf(sums: Value): Value {
  const size = sums.shape[1] as number;
  return slice(sums, { axis: 1, start: size - 1, end: size });
}

/** Strictly below a bound, so that a product rounded up cannot fall off the end. */
function below(value: Value, bound: Value): Value {
  return minimum(value, multiply(bound, scalar("float64", 1 - 2 ** -52)));
}
