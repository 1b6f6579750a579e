import { createStream, SdttError } from "@sdtt/core";
import { mean, standardDeviation } from "../statistics.ts";
import { areaUnder, divergenceCurve } from "./divergence-curve.ts";
import { kMeans } from "./k-means.ts";
import { dot, matrix, rowOf, stack } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";
import { createPause } from "../pause.ts";
import { principalComponents } from "./principal-components.ts";

/** One vector for each text, `[texts, width]`, row-major. */
export interface Features {
  readonly data: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
}

/** The settings of the published protocol, which its numbers can only be compared under. */
const mauveSettings = {
  variance: 0.9,
  textsPerCluster: 10,
  restarts: 5,
  iterations: 500,
  scaling: 5,
  mixtures: 25,
  seeds: [1, 2, 3, 4, 5],
} as const;

export interface MauveOptions {
  readonly samples: Features;
  readonly reference: Features;
  /** Of the clustering, one value each; 1 to 5 unless given. */
  readonly seeds?: readonly number[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Mauve {
  /** The mean over seeds, from 0 to 1: 1 where both sets fall alike into the clusters. */
  readonly mauve: number;
  /** Over seeds. NaN for a single one. */
  readonly standardDeviation: number;
  /** Of each seed. */
  readonly values: readonly number[];
  readonly clusters: number;
  /** Components that hold 0.9 of the variance. */
  readonly components: number;
  /** Texts of both sets. */
  readonly samples: number;
  readonly reference: number;
}

/**
 * MAUVE of two sets of features (Pillutla et al. 2021, arXiv 2102.01454; 2023, JMLR 24): rows of length 1, their principal
 * components up to 0.9 of the variance of both sets together, k-means with a cluster for every ten texts of the smaller set, and the area
 * under the divergence curve of the two distributions over clusters.
 *
 * It depends on how many texts there are: compare values of one size of sets alone.
 *
 * @throws SdttError `usage` for fewer than 20 texts in a set, and for rows of different widths; `numeric` where a feature is not finite.
 */
export async function mauveOfFeatures(options: MauveOptions): Promise<Mauve> {
  const { seeds = mauveSettings.seeds, signal } = options;
  const { variance, restarts, iterations, textsPerCluster } = mauveSettings;
  checkFeatures(options);
  const [samples, reference] = [normalised(options.samples), normalised(options.reference)];
  const clusters = Math.floor(Math.min(samples.rows, reference.rows) / textsPerCluster);
  const pause = createPause(signal);
  const { projected: points } = await principalComponents(stack(samples, reference), { variance, pause });
  const values: number[] = [];
  for (const seed of seeds) {
    const stream = createStream(seed);
    const found = await kMeans({ points, clusters, restarts, iterations, stream, pause });
    const p = shares(found.clusters.subarray(0, samples.rows), clusters);
    const q = shares(found.clusters.subarray(samples.rows), clusters);
    values.push(areaUnder(divergenceCurve(p, q, mauveSettings)));
  }
  return {
    mauve: mean(values),
    standardDeviation: standardDeviation(values),
    values,
    clusters,
    components: points.columns,
    samples: samples.rows,
    reference: reference.rows,
  };
}

/** Throws `usage` where a set has too few texts for MAUVE, whatever they are. */
export function expectEnoughTexts(counts: { readonly samples?: number; readonly reference?: number }): void {
  const least = 2 * mauveSettings.textsPerCluster;
  for (const [name, count] of Object.entries(counts)) {
    if (count >= least) continue;
    throw new SdttError(
      "usage",
      `MAUVE needs at least ${least} texts in each set, for two clusters of ten; got ${count} in the ${name}. Published values have 1,000 and more.`,
    );
  }
}

function checkFeatures({ samples, reference }: MauveOptions): void {
  expectEnoughTexts({ samples: samples.rows, reference: reference.rows });
  for (const [name, { rows, columns, data }] of Object.entries({ samples, reference })) {
    if (columns !== samples.columns || data.length !== rows * columns) {
      throw new SdttError(
        "usage",
        `The features of the ${name} must be [${rows}, ${samples.columns}] numbers; got ${data.length}.`,
      );
    }
    for (let i = 0; i < data.length; i++) {
      if (Number.isFinite(data[i])) continue;
      const text = Math.floor(i / columns);
      throw new SdttError("numeric", `A feature of text ${text} of the ${name} is ${data[i]}.`);
    }
  }
}

/** Rows of length 1; a row of zeros stays. */
function normalised({ data, rows, columns }: Features): Matrix {
  const result = matrix(rows, columns, data);
  for (let i = 0; i < rows; i++) {
    const row = rowOf(result, i);
    const length = Math.sqrt(dot(row, row));
    if (length > 0) row.forEach((value, j) => (row[j] = value / length));
  }
  return result;
}

/** The share of the texts that fell into each cluster. */
function shares(of: Int32Array, clusters: number): Float64Array {
  const counts = new Float64Array(clusters);
  for (const cluster of of) counts[cluster]! += 1;
  return counts.map((count) => count / of.length);
}
