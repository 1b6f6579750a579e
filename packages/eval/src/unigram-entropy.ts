import { checkSamples, textsOf } from "./samples.ts";
import type { Samples } from "./samples.ts";
import { mean } from "./statistics.ts";

/**
 * How evenly a text spreads over its ids: the entropy in nats of the frequencies of its own ids, averaged over texts, from
 * 0 (one id) to log(length). What repeats itself pleases a judge; a perplexity says something only beside this number
 * (Zheng et al. 2024, arXiv 2409.02908).
 */
export function unigramEntropy(samples: Samples): number {
  return mean(unigramEntropies(samples));
}

/** The entropy of each text, `[batch]`: `unigramEntropy` is their mean. */
export function unigramEntropies(samples: Samples): number[] {
  checkSamples(samples);
  return textsOf(samples).map(entropyOfIds);
}

function entropyOfIds(ids: Int32Array): number {
  const counts = new Map<number, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / ids.length) * Math.log(count / ids.length);
  return entropy;
}
