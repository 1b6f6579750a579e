import { throwIfAborted } from "@sdtt/core";
import type { Precision } from "@sdtt/scheduler";
import { distinctN } from "./distinct-n.ts";
import type { Measured, SampleMetrics } from "./sample-metric.ts";
import type { Samples } from "./samples.ts";
import { unigramEntropy } from "./unigram-entropy.ts";

/** How texts were sampled. No number about them means anything without it. */
export interface Sampling {
  readonly steps: number;
  /** Forward passes (NFE). */
  readonly passes: number;
  readonly precision: Precision;
}

export interface SampleReport<Metrics extends SampleMetrics = SampleMetrics> {
  readonly sampling: Sampling;
  readonly batch: number;
  readonly length: number;
  /** In nats. */
  readonly unigramEntropy: number;
  /** Distinct-1, -2 and -3, as far as the texts are that long. */
  readonly distinct: readonly number[];
  readonly metrics: Measured<Metrics>;
}

export interface EvaluateSamplesOptions<Metrics extends SampleMetrics> {
  readonly samples: Samples;
  readonly sampling: Sampling;
  readonly metrics?: Metrics;
  readonly signal?: AbortSignal | undefined;
}

/** Measures texts. Entropy, distinct-n and how they were sampled always stand beside whatever else is measured. */
export async function evaluateSamples<const Metrics extends SampleMetrics>(
  options: EvaluateSamplesOptions<Metrics>,
): Promise<SampleReport<Metrics>> {
  const { samples, sampling, metrics = {}, signal } = options;
  const { batch, length } = samples;
  const entropy = unigramEntropy(samples);
  const distinct = [1, 2, 3].filter((n) => n <= length).map((n) => distinctN(samples, n));
  const measured: Record<string, unknown> = {};
  for (const [name, metric] of Object.entries<SampleMetrics[string]>(metrics)) {
    throwIfAborted(signal);
    measured[name] = { protocol: metric.protocol, result: await metric.evaluate(samples, { signal }) };
  }
  return {
    sampling,
    batch,
    length,
    unigramEntropy: entropy,
    distinct,
    metrics: measured as unknown as Measured<Metrics>,
  };
}
