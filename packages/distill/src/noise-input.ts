import { createStream, float32Values, tensor } from "@sdtt/core";
import { readWeight } from "@sdtt/hub";
import { noiseProjection } from "@sdtt/models";
import type { DitConfig, Weights } from "@sdtt/models";

/** How the projection of a noise input begins. */
export interface NoiseStart {
  readonly seed: number;
  /** How large the projected vector is, as a multiple of the mask's embedding. */
  readonly scale: number;
}

/**
 * The weights of a model that may lack a noise input, with one of the config's size: as random numbers, for a network that is to
 * use it, or as zeros, with which every vector does the same.
 */
export async function withNoiseInput(
  weights: Weights,
  { noiseSize, hiddenSize }: DitConfig,
  start: NoiseStart | "zero",
): Promise<Weights> {
  if (noiseSize === undefined || weights.has(noiseProjection)) return weights;
  const shape = [hiddenSize, noiseSize];
  const values = new Float32Array(hiddenSize * noiseSize);
  if (start !== "zero") {
    const embeddings = float32Values(await readWeight(weights.get("vocab_embed.embedding")!));
    const ofMask = embeddings.subarray(-hiddenSize);
    const size = Math.sqrt(ofMask.reduce((sum, value) => sum + value * value, 0) / hiddenSize);
    // A sum of noiseSize products of standard normal numbers with uniform ones within the bound.
    const bound = start.scale * size * Math.sqrt(3 / noiseSize);
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
