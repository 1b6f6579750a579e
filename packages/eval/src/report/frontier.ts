import { standardError } from "../statistics.ts";
import type { ReportRow } from "./report-row.ts";

/**
 * A model's nats per token at an entropy: what its texts cost a judge once they are as varied as others. It lies on the
 * model's frontier, the line through its measurements at different temperatures and everything else the same.
 */
export interface FrontierPoint {
  readonly nats: number;
  /** That which was asked for; the nearest end of the frontier where that goes less far. */
  readonly unigramEntropy: number;
  /** Nats per token by nats of entropy, along the frontier; 0 at an end that stands for what is beyond it. */
  readonly slope: number;
  /** The measurements that it lies between. Weights add up to 1. */
  readonly between: readonly { readonly row: ReportRow; readonly weight: number }[];
}

/**
 * The point of a frontier at an entropy, on a straight line between the two measurements around it (after arXiv 2604.02718).
 * Nothing is extrapolated. A frontier of one measurement is that measurement.
 *
 * @param rows - measurements at different temperatures, at least one.
 * @param entropy - in nats.
 */
export function frontierAt(rows: readonly ReportRow[], entropy: number): FrontierPoint {
  const frontier = rows.toSorted((a, b) => a.unigramEntropy - b.unigramEntropy);
  const above = frontier.findIndex(({ unigramEntropy }) => unigramEntropy >= entropy);
  const [low, high] = [frontier[above - 1], frontier[above]];
  if (!low || !high) {
    const end = high ?? frontier.at(-1)!;
    const { nats, unigramEntropy } = end;
    return { nats, unigramEntropy, slope: 0, between: [{ row: end, weight: 1 }] };
  }
  const slope = (high.nats - low.nats) / (high.unigramEntropy - low.unigramEntropy);
  const weight = (entropy - low.unigramEntropy) / (high.unigramEntropy - low.unigramEntropy);
  return {
    nats: low.nats + slope * (entropy - low.unigramEntropy),
    unigramEntropy: entropy,
    slope,
    between: [
      { row: low, weight: 1 - weight },
      { row: high, weight },
    ],
  };
}

/** How texts compare with a frontier at their own entropy. */
export interface FrontierDifference {
  /** Steps of the frontier. */
  readonly steps: number;
  /** The texts' nats per token less the frontier's at the same entropy. Below 0 the texts are better. */
  readonly nats: number;
  /** Of `nats`; NaN for a single text, and where a judge left texts out as it had nothing in them to read. */
  readonly standardError: number;
  /** The texts' entropy less that of the frontier's point: 0 unless the frontier ends before. */
  readonly entropyDifference: number;
}

/**
 * The difference of texts from a frontier at their entropy, with its standard error by the delta method. To first order the
 * difference is a mean over texts of
 *
 *     (n_i - b h_i) - sum over the two measurements j of w_j (n_ij - b h_ij),
 *
 * n the nats and h the entropy of text i, b the slope of the frontier and w its weights. The standard error is that of this mean.
 * Text i has the same seed in every measurement, so that they are not independent: it is taken text by text.
 *
 * @param rows - measurements at one number of steps and different temperatures, of as many texts, at least one.
 */
export function differenceFromFrontier(texts: ReportRow, rows: readonly ReportRow[]): FrontierDifference {
  const point = frontierAt(rows, texts.unigramEntropy);
  const { slope, between } = point;
  const adjusted = (row: ReportRow, i: number) => row.textNats[i]! - slope * row.textEntropies[i]!;
  const isWhole = [texts, ...between.map(({ row }) => row)].every(
    ({ textNats, textEntropies }) => textNats.length === textEntropies.length,
  );
  const differences = texts.textNats.map((_, i) =>
    between.reduce((sum, { row, weight }) => sum - weight * adjusted(row, i), adjusted(texts, i)),
  );
  return {
    steps: rows[0]!.steps,
    nats: texts.nats - point.nats,
    standardError: isWhole ? standardError(differences) : Number.NaN,
    entropyDifference: texts.unigramEntropy - point.unigramEntropy,
  };
}
