import { throwIfAborted } from "@sdtt/core";
import type { CausalModel } from "@sdtt/core";
import { readsIds } from "../judging/ids-reading.ts";
import type { JudgeTexts, Reading } from "../judging/reading.ts";
import type { SampleMetric } from "../sample-metric.ts";
import type { Samples } from "../samples.ts";
import { expectEnoughTexts, mauveOfFeatures } from "./mauve-of-features.ts";
import type { Features, Mauve } from "./mauve-of-features.ts";

/** What of an autoregressive model describes a text in numbers. */
export type FeatureModel = Pick<CausalModel, "hidden" | "hiddenSize">;

export interface MauveMetricOptions {
  readonly judge: FeatureModel;
  /** Texts of people, in the ids of the model; the published protocols have as many as there are samples. */
  readonly reference: Samples;
  /** How the judge reads both sets; `idsReading` unless given. */
  readonly reading?: Reading | undefined;
  /** Of the clustering; 1 to 5 unless given. */
  readonly seeds?: readonly number[] | undefined;
  /** Texts that the judge reads at once; 16 unless given. */
  readonly batchSize?: number | undefined;
  /** Told how many of the texts of both sets the judge has read. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** MAUVE of texts and a reference: see `mauveOfFeatures`. The features are the judge's last hidden row at each text's last token. */
export function mauve(options: MauveMetricOptions): SampleMetric<Mauve> {
  const { judge, reference, reading = readsIds, seeds, batchSize = 16, onProgress } = options;
  return {
    protocol: `${reading.protocol}; the judge's last hidden state at the last token, rows of length 1, PCA to 0.9 of the variance, k-means with k = n/10, 5 restarts and 500 iterations, scaling 5, mean over seeds of the clustering`,
    async evaluate(samples, { signal } = {}) {
      const [ours, theirs] = [reading.read(samples), reading.read(reference)];
      expectEnoughTexts({ samples: ours.batch, reference: theirs.batch });
      const total = ours.batch + theirs.batch;
      const read = (texts: JudgeTexts, before: number) =>
        lastHidden(texts, {
          judge,
          batchSize,
          signal,
          onProgress: (done) => onProgress?.(before + done, total),
        });
      return mauveOfFeatures({
        samples: await read(ours, 0),
        reference: await read(theirs, ours.batch),
        seeds,
        signal,
      });
    },
  };
}

interface LastHiddenOptions {
  readonly judge: FeatureModel;
  readonly batchSize: number;
  readonly onProgress: (done: number) => void;
  readonly signal: AbortSignal | undefined;
}

async function lastHidden(
  { tokens, batch, length, lengths }: JudgeTexts,
  { judge, batchSize, onProgress, signal }: LastHiddenOptions,
): Promise<Features> {
  const columns = judge.hiddenSize;
  const data = new Float32Array(batch * columns);
  for (let first = 0; first < batch; first += batchSize) {
    throwIfAborted(signal);
    const end = Math.min(first + batchSize, batch);
    const rows = await judge.hidden({
      tokens: tokens.subarray(first * length, end * length),
      batch: end - first,
      length,
      lengths: lengths?.subarray(first, end),
      positions: "last",
      signal,
    });
    data.set(rows, first * columns);
    onProgress(end);
  }
  return { data, rows: batch, columns };
}
