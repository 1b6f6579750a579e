import { checkDrawRequest, checkRowsRequest, SdttError, throwIfAborted } from "@sdtt/core";
import type { Denoiser, DrawRequest, RowsRequest, TokenSet } from "@sdtt/core";

/** A denoiser that knows the truth: the conditional distributions of a joint distribution small enough to list. */
export interface ToyDenoiser extends Denoiser {
  /** Positions of every text. */
  readonly length: number;
  /** The probability of every complete text: text n has the digits of n in base `vocabSize - 1`, the first the highest. */
  readonly joint: readonly number[];
  /** The distribution of the token at a position given those that are not masked elsewhere, `[vocabSize]`. */
  distribution(tokens: ArrayLike<number>, position: number): Float64Array;
}

export interface ToyDenoiserOptions {
  readonly length: number;
  readonly vocabSize: number;
  /** Weights of the complete texts; need not sum to one. */
  readonly joint: readonly number[];
}

/** Three positions and three tokens that lean on each other, with no two texts or tokens equally likely. */
export function threeByThree(): ToyDenoiser {
  const joint = Array.from({ length: 27 }, (_, text) => {
    const [a, b, c] = [Math.floor(text / 9), Math.floor(text / 3) % 3, text % 3] as [number, number, number];
    return 1 + 0.3 * a + 0.1 * c + (a === b ? 6 : 0) + ((a + b) % 3 === c ? 4 : 0);
  });
  return toyDenoiser({ length: 3, vocabSize: 4, joint });
}

export function toyDenoiser({ length, vocabSize, joint: weights }: ToyDenoiserOptions): ToyDenoiser {
  const tokenCount = vocabSize - 1;
  const maskId = vocabSize - 1;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const joint = weights.map((weight) => weight / total);
  if (joint.length !== tokenCount ** length) {
    throw new Error(`${tokenCount} tokens at ${length} positions make ${tokenCount ** length} texts.`);
  }
  const digit = (text: number, position: number): number =>
    Math.floor(text / tokenCount ** (length - 1 - position)) % tokenCount;
  const known = new Map<string, Float64Array>();

  function distribution(tokens: ArrayLike<number>, position: number): Float64Array {
    const context = Array.from(tokens, (id, i) => (i === position ? maskId : id));
    const key = `${position}:${context.join(",")}`;
    const found = known.get(key) ?? conditional(context, position);
    known.set(key, found);
    return found;
  }

  function conditional(context: readonly number[], position: number): Float64Array {
    const probabilities = new Float64Array(vocabSize);
    for (const [text, probability] of joint.entries()) {
      if (context.every((id, i) => id === maskId || id === digit(text, i))) {
        probabilities[digit(text, position)]! += probability;
      }
    }
    const sum = probabilities.reduce((all, probability) => all + probability, 0);
    return probabilities.map((probability) => probability / sum);
  }

  function distributionAtRow(request: RowsRequest, row: number): Float64Array {
    const begin = row - (row % length);
    return distribution(request.tokens.subarray(begin, begin + length), row % length);
  }

  return {
    length,
    vocabSize,
    maskId,
    joint,
    distribution,
    async logProbs(request) {
      throwIfAborted(request.signal);
      checkLength(request, length);
      checkRowsRequest(request, vocabSize);
      const result = new Float32Array(request.rows.length * vocabSize);
      for (const [i, row] of request.rows.entries())
        result.set(distributionAtRow(request, row).map(Math.log), i * vocabSize);
      return result;
    },
    async draw(request) {
      throwIfAborted(request.signal);
      checkLength(request, length);
      checkDrawRequest(request, vocabSize);
      const distributions = Array.from(request.rows, (row) => distributionAtRow(request, row));
      const ids = Int32Array.from(distributions, (distribution, i) =>
        placeOn(reshape(conditioned(distribution, request.allowed?.[i]), request), request.uniforms[i]!),
      );
      const logProbs = Float32Array.from(distributions, (distribution, i) =>
        Math.log(distribution[ids[i]!]!),
      );
      if (!request.entropies) return { ids, logProbs };
      const entropies = distributions.map((distribution, i) =>
        entropyAfter(conditioned(distribution, request.allowed?.[i]), request),
      );
      return { ids, logProbs, entropies: Float32Array.from(entropies) };
    },
  };
}

/**
 * The distribution that a draw is made from: heated, then cut to the `topK` likeliest, then to the fewest of those whose share
 * reaches `topP`, or to those within it. Weights, not summing to one.
 */
export function reshape(
  distribution: Float64Array,
  {
    temperature = 1,
    topP = 1,
    topK = distribution.length,
    nucleus,
  }: Pick<DrawRequest, "temperature" | "topP" | "topK" | "nucleus">,
): Float64Array {
  const heated = distribution.map((probability) => probability ** (1 / temperature));
  const likeliest = [...heated.keys()].sort((a, b) => heated[b]! - heated[a]!).slice(0, topK);
  const total = likeliest.reduce((sum, id) => sum + heated[id]!, 0);
  const kept = new Float64Array(distribution.length);
  let share = 0;
  for (const id of likeliest) {
    const own = heated[id]! / total;
    if (share > 0 && (nucleus === "within" ? share + own > topP : share >= topP)) break;
    kept[id] = heated[id]!;
    share += own;
  }
  return kept;
}

/** The entropy of a distribution after temperature and top-p, in nats; top-k is not counted. */
export function entropyAfter(
  distribution: Float64Array,
  { temperature, topP, nucleus }: Pick<DrawRequest, "temperature" | "topP" | "nucleus">,
): number {
  const weights = reshape(distribution, { temperature, topP, nucleus });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.reduce(
    (sum, weight) => (weight > 0 ? sum - (weight / total) * Math.log(weight / total) : sum),
    0,
  );
}

/** A distribution with nothing left outside a set of tokens. Weights, not summing to one. */
export function conditioned(distribution: Float64Array, allowed: TokenSet | undefined): Float64Array {
  return allowed
    ? distribution.map((probability, id) => (allowed[id] === 1 ? probability : 0))
    : distribution;
}

function placeOn(weights: Float64Array, uniform: number): number {
  const place = uniform * weights.reduce((sum, weight) => sum + weight, 0);
  let cumulative = 0;
  const found = weights.findIndex((weight) => (cumulative += weight) > place);
  return found >= 0 ? found : weights.findLastIndex((weight) => weight > 0);
}

function checkLength(request: RowsRequest, length: number): void {
  if (request.length === length) return;
  throw new SdttError("usage", `Expected texts of ${length} ids; got ${request.length}.`);
}
