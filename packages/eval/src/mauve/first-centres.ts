import type { RandomStream } from "@sdtt/core";
import type { Pause } from "../pause.ts";
import { matrix, rowOf, squaredDistance } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";

export interface FirstCentresOptions {
  readonly points: Matrix;
  readonly clusters: number;
  /** Decides the points; centre k takes its uniform k. */
  readonly stream: RandomStream;
  readonly pause: Pause;
}

/**
 * The centres that k-means begins with (k-means++, Arthur & Vassilvitskii 2007): points, each drawn with a chance in proportion to
 * its squared distance to the nearest centre so far.
 */
export async function firstCentres({
  points,
  clusters,
  stream,
  pause,
}: FirstCentresOptions): Promise<Matrix> {
  const centres = matrix(clusters, points.columns);
  const nearest = new Float64Array(points.rows).fill(1);
  for (let k = 0; k < clusters; k++) {
    await pause();
    const chosen = rowOf(points, drawIndex(nearest, stream.uniform(k)));
    rowOf(centres, k).set(chosen);
    for (let i = 0; i < points.rows; i++) {
      const distance = squaredDistance(rowOf(points, i), chosen);
      if (k === 0 || distance < nearest[i]!) nearest[i] = distance;
    }
  }
  return centres;
}

/** An index with a chance in proportion to its weight; any of them if all weights are 0. */
function drawIndex(weights: Float64Array, uniform: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return Math.floor(uniform * weights.length);
  let left = uniform * total;
  const found = weights.findIndex((weight) => (left -= weight) < 0);
  return found < 0 ? weights.findLastIndex((weight) => weight > 0) : found;
}
