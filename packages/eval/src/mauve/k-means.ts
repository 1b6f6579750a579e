import type { RandomStream } from "@sdtt/core";
import { firstCentres } from "./first-centres.ts";
import { matrix, rowOf, squaredDistance } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";
import type { Pause } from "../pause.ts";

export interface KMeansOptions {
  readonly points: Matrix;
  /** From 1 to the number of points. */
  readonly clusters: number;
  readonly restarts: number;
  /** Of each restart, at most. */
  readonly iterations: number;
  readonly stream: RandomStream;
  readonly pause: Pause;
}

export interface Clustering {
  /** The cluster of each point, `[points]`. */
  readonly clusters: Int32Array;
  /** The sum of squared distances to the cluster's mean. */
  readonly inertia: number;
}

/**
 * k-means: Lloyd's iterations from centres that k-means++ draws (Arthur & Vassilvitskii 2007), until no point changes its
 * cluster; the best of several restarts. A cluster that loses all its points gets the point that lies farthest from its own.
 */
export async function kMeans({ restarts, stream, ...options }: KMeansOptions): Promise<Clustering> {
  let best: Clustering | undefined;
  for (let restart = 0; restart < restarts; restart++) {
    const found = await cluster({ ...options, stream: stream.child(restart) });
    if (!best || found.inertia < best.inertia) best = found;
  }
  return best!;
}

async function cluster(options: Omit<KMeansOptions, "restarts">): Promise<Clustering> {
  const { points, iterations, pause } = options;
  const centres = await firstCentres(options);
  const clusters = new Int32Array(points.rows);
  const distances = new Float64Array(points.rows);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const changed = await assign(points, centres, { clusters, distances, pause });
    const moved = fillEmpty(clusters, distances, centres.rows);
    updateCentres(points, clusters, centres);
    if (changed + moved === 0 && iteration > 0) break;
  }
  let inertia = 0;
  for (let i = 0; i < points.rows; i++) {
    inertia += squaredDistance(rowOf(points, i), rowOf(centres, clusters[i]!));
  }
  return { clusters, inertia };
}

interface Assignment {
  readonly clusters: Int32Array;
  /** Squared, of each point to the centre of its cluster. */
  readonly distances: Float64Array;
  readonly pause: Pause;
}

/** Gives each point its nearest centre, and says how many have changed. */
async function assign(
  points: Matrix,
  centres: Matrix,
  { clusters, distances, pause }: Assignment,
): Promise<number> {
  let changed = 0;
  for (let i = 0; i < points.rows; i++) {
    await pause();
    const before = clusters[i]!;
    const point = rowOf(points, i);
    let [nearest, least] = [before, squaredDistance(point, rowOf(centres, before))];
    for (let k = 0; k < centres.rows; k++) {
      const distance = distanceBelow(points.data, centres.data, {
        i: i * points.columns,
        k: k * points.columns,
        width: points.columns,
        limit: least,
      });
      if (distance < least) [nearest, least] = [k, distance];
    }
    if (nearest !== before) changed++;
    clusters[i] = nearest;
    distances[i] = least;
  }
  return changed;
}

/**
 * A squared distance, or something of at least `limit` where it is not below that: most centres are known to be too far after
 * the first, strongest components.
 */
function distanceBelow(
  points: Float64Array,
  centres: Float64Array,
  at: { readonly i: number; readonly k: number; readonly width: number; readonly limit: number },
): number {
  const { i, k, width, limit } = at;
  let sum = 0;
  for (let start = 0; start < width && sum < limit; start += 16) {
    const end = Math.min(start + 16, width);
    for (let j = start; j < end; j++) {
      const difference = points[i + j]! - centres[k + j]!;
      sum += difference * difference;
    }
  }
  return sum;
}

/** Moves the farthest points into clusters that have none, and says how many. */
function fillEmpty(clusters: Int32Array, distances: Float64Array, count: number): number {
  const sizes = new Int32Array(count);
  for (const cluster of clusters) sizes[cluster]! += 1;
  const empty = [...sizes.keys()].filter((cluster) => sizes[cluster] === 0);
  if (empty.length === 0) return 0;
  const farthest = [...distances.keys()].sort((a, b) => distances[b]! - distances[a]!);
  let moved = 0;
  for (const point of farthest) {
    if (moved === empty.length || distances[point] === 0) break;
    if (sizes[clusters[point]!]! < 2) continue;
    sizes[clusters[point]!]! -= 1;
    clusters[point] = empty[moved++]!;
  }
  return moved;
}

function updateCentres(points: Matrix, clusters: Int32Array, centres: Matrix): void {
  const sums = matrix(centres.rows, centres.columns);
  const sizes = new Int32Array(centres.rows);
  for (let i = 0; i < points.rows; i++) {
    const [from, to] = [i * points.columns, clusters[i]! * points.columns];
    sizes[clusters[i]!]! += 1;
    for (let j = 0; j < points.columns; j++) sums.data[to + j]! += points.data[from + j]!;
  }
  for (let k = 0; k < centres.rows; k++) {
    if (sizes[k] === 0) continue;
    const [sum, centre] = [rowOf(sums, k), rowOf(centres, k)];
    for (let j = 0; j < centre.length; j++) centre[j] = sum[j]! / sizes[k]!;
  }
}
