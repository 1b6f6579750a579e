import type { Samples } from "./samples.ts";

/** Something that is measured of texts, made by a factory that takes what it measures with: a judge, a reference set. */
export interface SampleMetric<Result = unknown> {
  /** How it is measured, in words for the reader of a report. */
  readonly protocol: string;
  evaluate(samples: Samples, options?: { readonly signal?: AbortSignal | undefined }): Promise<Result>;
}

/** Metrics under the names that their results have in a report. */
export type SampleMetrics = Readonly<Record<string, SampleMetric>>;

/** What metrics found. */
export type Measured<Metrics extends SampleMetrics> = {
  readonly [Name in keyof Metrics]: {
    readonly protocol: string;
    readonly result: Awaited<ReturnType<Metrics[Name]["evaluate"]>>;
  };
};
