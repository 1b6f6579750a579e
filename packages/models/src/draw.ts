import {
  add,
  cast,
  cumulativeSum,
  divide,
  exponential,
  greaterOrEqual,
  int64Vector,
  lessOrEqual,
  logarithm,
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
import type { Nucleus } from "@sdtt/core";
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
  /** Keeps a part of the distribution; both are needed: k is int64 `[1]`, p float64 `[1]`. `reach` unless another nucleus is given. */
  readonly filter?: Filter;
  /** Of which distribution the entropies are told: all that may be drawn, or what top-p keeps of them. Top-k is never counted. */
  readonly entropies?: "whole" | "top-p" | undefined;
}

interface Filter {
  readonly topK: Value;
  readonly topP: Value;
  readonly nucleus?: Nucleus | undefined;
}

export interface DrawnTokens {
  /** int64 `[rows]` */
  readonly ids: Value;
  /** float32 `[rows]`, under the logits as they came; NaN where they, or what the temperature makes of them, are no distribution. */
  readonly logProbs: Value;
  /** float32 `[rows]`, in nats, after the temperature; if asked for. */
  readonly entropies?: Value;
}

/**
 * Draws one token for each row by inverting its cumulative distribution at a 53-bit uniform. Sums run over blocks of
 * about sqrt(tokens) first, so that the running sums in float64 are short: one over the blocks, one inside the block that
 * the uniform falls into.
 */
export function drawTokens(options: DrawOptions): DrawnTokens {
  const { logits, allowed, uniforms, temperature, filter, entropies } = options;
  const rows = logits.shape[0]!;
  const tokens = logits.shape[1] as number;
  // Before the greatest is taken out: those that may be drawn do not underflow, however unlikely they are among all.
  const possible = allowed ? where(allowed, logits, scalar("float32", -Infinity)) : logits;
  const scaled = temperature ? divide(possible, temperature) : possible;
  const belowPeak = subtract(scaled, rowMax(scaled));
  const whole = exponential(belowPeak);
  const mass = filter ? keepMostLikely(whole, filter) : whole;

  const size = blockSize(tokens);
  const count = Math.ceil(tokens / size);
  const inBlocks = (x: Value): Value =>
    reshape(pad(x, { axis: 1, after: size * count - tokens }), [rows, count, size]);
  const blocks = inBlocks(mass);
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

  const nothingOrNaN = cast(multiply(reshape(lastOf(blockEnds), [rows]), scalar("float64", 0)), logits.dtype);
  const logProbs = add(logProbsOf(logits, ids), nothingOrNaN);
  if (!entropies) return { ids, logProbs };

  const uncounted = { ...filter!, topK: int64Vector([tokens]) };
  const kept = entropies === "top-p" ? keepMostLikely(whole, uncounted) : whole;
  const total = sumOfBlocks(inBlocks(kept));
  const weighed = sumOfBlocks(inBlocks(multiply(kept, maximum(belowPeak, lowest))));
  // The logarithm in float64: that of float32 may differ in its last bit with the row's place among the others.
  const entropy = subtract(logarithm(total), divide(weighed, total));
  return { ids, logProbs, entropies: cast(maximum(entropy, scalar("float64", 0)), "float32") };
}

/** Far below what has a mass in float32; finite, so that times no mass it is 0. */
const lowest = scalar("float32", -1000);

/** The sum of `[rows, count, size]` for each row, float64 `[rows]`. */
function sumOfBlocks(blocks: Value): Value {
  return reduceSum(cast(reduceSum(blocks, { axes: [2] }), "float64"), { axes: [1] });
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
 * Zeroes all but the most likely: at most k, and of those the fewest that together have at least a share p, or as many as have no
 * more, and the likeliest. Whatever ties with the last one kept is kept as well.
 */
function keepMostLikely(mass: Value, { topK: k, topP: p, nucleus }: Filter): Value {
  const tokens = mass.shape[1] as number;
  const sorted = topK(mass, minimum(k, int64Vector([tokens])), "kept").values;
  const running = cumulativeSum(cast(sorted, "float64"));
  const total = rowMax(running);
  const before = subtract(running, cast(sorted, "float64"));
  const share = multiply(p, total);
  const none = scalar("float32", Infinity);
  const threshold =
    nucleus === "within"
      ? minimum(reduceMin(where(lessOrEqual(running, share), sorted, none)), rowMax(sorted))
      : reduceMin(where(lessOrEqual(share, before), none, sorted));
  return where(greaterOrEqual(mass, threshold), mass, scalar("float32", 0));
}

function reduceMin(x: Value): Value {
  const opposite = multiply(x, scalar(x.dtype, -1));
  return multiply(rowMax(opposite), scalar(x.dtype, -1));
}

function rowMax(x: Value): Value {
  return reduceMax(x, { axes: [1], keep: true });
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
