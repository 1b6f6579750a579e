import type { DrawRequest, TokenSet } from "@sdtt/core";

type DrawShape = Pick<DrawRequest, "temperature" | "topP" | "topK">;

/** A law conditioned on a set of tokens, then heated, with nothing cut off. Weights, not summing to one. */
export function heatedLaw(
  law: Float64Array,
  allowed: TokenSet | undefined,
  temperature: number | undefined = 1,
): Float64Array {
  const possible = allowed ? law.map((share, id) => (allowed[id] === 1 ? share : 0)) : law;
  if (temperature === 1) return possible;
  // By the greatest, so that a low temperature does not make all of them 0.
  const peak = Math.max(...possible);
  return possible.map((share) => (share / peak) ** (1 / temperature));
}

/** The weights that top-k and top-p keep: at most k, and of those the fewest that reach the share p. */
export function keepLikeliest(
  weights: Float64Array,
  { topP = 1, topK = weights.length }: DrawShape,
): Float64Array {
  if (topP === 1 && topK >= weights.length) return weights;
  const likeliest = [...weights.keys()].sort((a, b) => weights[b]! - weights[a]!).slice(0, topK);
  const total = likeliest.reduce((sum, id) => sum + weights[id]!, 0);
  const kept = new Float64Array(weights.length);
  let before = 0;
  for (const id of likeliest) {
    if (before >= topP * total) break;
    kept[id] = weights[id]!;
    before += weights[id]!;
  }
  return kept;
}

/** In nats, of weights. */
export function entropyOf(weights: Float64Array): number {
  let total = 0;
  for (const weight of weights) total += weight;
  let entropy = 0;
  for (const weight of weights) if (weight > 0) entropy -= (weight / total) * Math.log(weight / total);
  return Math.max(0, entropy);
}
