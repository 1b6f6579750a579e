import { throwIfAborted } from "@sdtt/core";
import type { Precision } from "@sdtt/scheduler";
import { distinctN } from "./distinct-n.ts";
import type { SampleMetric } from "./sample-metric.ts";
import type { Samples } from "./samples.ts";
import { unigramEntropy } from "./unigram-entropy.ts";

/** How texts were sampled. No number about them means anything without it. */
export interface Sampling {
  readonly steps: number;
  /** Forward passes (NFE). */
  readonly passes: number;
  readonly precision: Precision;
}

export interface SampleReport {
  readonly sampling: Sampling;
  readonly batch: number;
  readonly length: number;
  /** In nats. */
  readonly unigramEntropy: number;
  /** Distinct-1, -2 and -3, as far as the texts are that long. */
  readonly distinct: readonly number[];
  /** What the metrics found, by name. */
  readonly metrics: Readonly<Record<string, { readonly protocol: string; readonly result: unknown }>>;
}

export interface EvaluateSamplesOptions {
  readonly samples: Samples;
  readonly sampling: Sampling;
  readonly metrics?: readonly SampleMetric[];
  readonly signal?: AbortSignal | undefined;
}

/** Measures texts. Entropy, distinct-n and how they were sampled always stand beside whatever else is measured. */
export async function evaluateSamples(options: EvaluateSamplesOptions): Promise<SampleReport> {
  const { samples, sampling, metrics = [], signal } = options;
  const { batch, length } = samples;
  const found: Record<string, { protocol: string; result: unknown }> = {};
  const report = {
    sampling,
    batch,
    length,
    unigramEntropy: unigramEntropy(samples),
    distinct: [1, 2, 3].filter((n) => n <= length).map((n) => distinctN(samples, n)),
  };
  for (const { name, protocol, evaluate } of metrics) {
    throwIfAborted(signal);
    found[name] = { protocol, result: await evaluate(samples, { signal }) };
  }
  return { ...report, metrics: found };
}
