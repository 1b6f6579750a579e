import { SdttError } from "@sdtt/core";
import type { SampleMetric } from "./sample-metric.ts";
import { checkSamples, textsOf } from "./samples.ts";
import type { Samples } from "./samples.ts";
import { mean } from "./statistics.ts";

/**
 * The share of a text's n-grams of ids that were there before in the same text, averaged over texts: 1 minus the different
 * ones over all (Welleck et al. 2020, arXiv 1908.04319, seq-rep-n). 0 where nothing is repeated, near 1 for one token over and
 * over. Throws `usage` for n above the length.
 */
export function repN(samples: Samples, n: number): number {
  checkSamples(samples);
  if (!(Number.isInteger(n) && n >= 1 && n <= samples.length)) {
    throw new SdttError("usage", `n of rep-n must be an integer from 1 to ${samples.length}; got ${n}.`);
  }
  const count = samples.length - n + 1;
  return mean(
    textsOf(samples).map((ids) => {
      const seen = new Set<string>();
      for (let end = n; end <= ids.length; end++) seen.add(ids.subarray(end - n, end).join());
      return 1 - seen.size / count;
    }),
  );
}

/** `repN` as a metric of a report. */
export function repetition({ n }: { readonly n: number }): SampleMetric<number> {
  return {
    protocol: `share of ${n}-grams of ids that were in the same text before, mean over texts`,
    evaluate: async (samples) => repN(samples, n),
  };
}
