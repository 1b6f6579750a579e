import { createStream } from "./random.ts";

/**
 * The random vectors of sequences, `[batch, size]`, for a model with a noise input: independent standard normal numbers (Box and
 * Muller 1958), each vector decided by the seed of its sequence alone.
 *
 * @param seeds - in (0, 1), as a stream's `uniform` gives them; all of their 53 bits count.
 */
export function noiseVectors(seeds: Float64Array, size: number): Float32Array {
  const vectors = new Float32Array(seeds.length * size);
  seeds.forEach((seed, i) => fillVector(vectors.subarray(i * size, (i + 1) * size), seed));
  return vectors;
}

function fillVector(vector: Float32Array, seed: number): void {
  const stream = createStream(Math.floor(seed * 2 ** 53)).child("noise vector");
  for (let i = 0; i < vector.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(stream.uniform(i)));
    const angle = 2 * Math.PI * stream.uniform(i + 1);
    vector[i] = radius * Math.cos(angle);
    // Of a vector of odd size the last number has no partner.
    if (i + 1 < vector.length) vector[i + 1] = radius * Math.sin(angle);
  }
}
