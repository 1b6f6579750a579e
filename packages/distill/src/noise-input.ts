import { createStream, float32Values, tensor } from "@sdtt/core";
import { readWeight } from "@sdtt/hub";
import { noiseProjection } from "@sdtt/models";
import type { DitConfig, Weights } from "@sdtt/models";

/**
 * How large the projected vector is at the start, as a multiple of the mask's embedding. Where it is as large as that the laws
 * hardly differ, and the student settles on one text before it has learnt to choose by the vector (the test of a joint law).
 */
const startingScale = 4;

/**
 * The weights of a model that may lack a noise input, with one of the config's size: as small random numbers by the seed, for a
 * network that is to use it, or as zeros, with which every vector does the same.
 */
export async function withNoiseInput(
  weights: Weights,
  { noiseSize, hiddenSize }: DitConfig,
  start: { readonly seed: number } | "zero",
): Promise<Weights> {
  if (noiseSize === undefined || weights.has(noiseProjection)) return weights;
  const shape = [hiddenSize, noiseSize];
  const values = new Float32Array(hiddenSize * noiseSize);
  if (start !== "zero") {
    const embeddings = float32Values(await readWeight(weights.get("vocab_embed.embedding")!));
    const ofMask = embeddings.subarray(-hiddenSize);
    const size = Math.sqrt(ofMask.reduce((sum, value) => sum + value * value, 0) / hiddenSize);
    // A sum of noiseSize products of standard normal numbers with uniform ones within the bound.
    const bound = startingScale * size * Math.sqrt(3 / noiseSize);
    const stream = createStream(start.seed).child("noise input");
    for (let i = 0; i < values.length; i++) values[i] = (2 * stream.uniform(i) - 1) * bound;
  }
  const projection = {
    dtype: "float32",
    shape,
    source: { tensor: tensor("float32", shape, values) },
  } as const;
  return new Map([...weights, [noiseProjection, projection]]);
}
