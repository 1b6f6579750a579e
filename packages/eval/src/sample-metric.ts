import type { Samples } from "./samples.ts";

/** Something that is measured of texts, made by a factory that takes what it measures with: a judge, a reference set. */
export interface SampleMetric<Result = unknown> {
  /** The key of its result in a report. */
  readonly name: string;
  /** How it is measured, in words for the reader of a report. */
  readonly protocol: string;
  evaluate(samples: Samples, options?: { readonly signal?: AbortSignal | undefined }): Promise<Result>;
}
