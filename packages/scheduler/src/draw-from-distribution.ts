import type { DrawRequest, TokenSet } from "@sdtt/core";
import { drawCategorical } from "./categorical.ts";

export interface DistributionDraw extends Pick<
  DrawRequest,
  "temperature" | "topP" | "topK" | "nucleus" | "entropies"
> {
  /** The only tokens that may be drawn; all unless given. */
  readonly allowed?: TokenSet | undefined;
  /** In (0, 1). */
  readonly uniform: number;
}

export interface DrawnToken {
  readonly id: number;
  /** Of the whole distribution, at temperature 1. */
  readonly logProb: number;
  /** If asked for: in nats, after temperature and top-p. */
  readonly entropy: number | undefined;
}

/**
 * Draws a token from a distribution that lies in memory, exactly, as `Denoiser.draw` is to: conditioned on a set, then heated, then cut.
 *
 * @param distribution - `[tokens]`, summing to one.
 */
export function drawFromDistribution(distribution: Float64Array, draw: DistributionDraw): DrawnToken {
  const heated = heatedDistribution(distribution, draw.allowed, draw.temperature);
  const id = drawCategorical(keepLikeliest(heated, draw), draw.uniform);
  const { topP, nucleus } = draw;
  const entropy = draw.entropies ? entropyOf(keepLikeliest(heated, { topP, nucleus })) : undefined;
  return { id, logProb: Math.log(distribution[id]!), entropy };
}

/** A distribution conditioned on a set of tokens, then heated, with nothing cut off. Weights, not summing to one. */
function heatedDistribution(
  distribution: Float64Array,
  allowed: TokenSet | undefined,
  temperature: number | undefined = 1,
): Float64Array {
  const possible = allowed ? distribution.map((share, id) => (allowed[id] === 1 ? share : 0)) : distribution;
  if (temperature === 1) return possible;
  // By the greatest, so that a low temperature does not make all of them 0.
  const peak = possible.reduce((most, share) => Math.max(most, share), 0);
  return possible.map((share) => (share / peak) ** (1 / temperature));
}

/** The weights that top-k and top-p keep: at most k, and of those the fewest that reach the share p, or those within it. */
function keepLikeliest(
  weights: Float64Array,
  { topP = 1, topK = weights.length, nucleus }: Pick<DrawRequest, "topP" | "topK" | "nucleus">,
): Float64Array {
  if (topP === 1 && topK >= weights.length) return weights;
  const likeliest = [...weights.keys()].sort((a, b) => weights[b]! - weights[a]!).slice(0, topK);
  const total = likeliest.reduce((sum, id) => sum + weights[id]!, 0);
  const kept = new Float64Array(weights.length);
  let before = 0;
  for (const id of likeliest) {
    const isPast = nucleus === "within" ? before + weights[id]! > topP * total : before >= topP * total;
    if (isPast && before > 0) break;
    kept[id] = weights[id]!;
    before += weights[id]!;
  }
  return kept;
}

/** In nats, of weights. */
function entropyOf(weights: Float64Array): number {
  let total = 0;
  for (const weight of weights) total += weight;
  let entropy = 0;
  for (const weight of weights) if (weight > 0) entropy -= (weight / total) * Math.log(weight / total);
  return Math.max(0, entropy);
}
