import { SdttError } from "@sdtt/core";
import { checkSamples, textsOf } from "./samples.ts";
import type { Samples } from "./samples.ts";

/**
 * The share of different n-grams of ids among all n-grams of all texts, in (0, 1] (Li et al. 2016, arXiv 1510.03055,
 * distinct-n). It falls with the number of texts: compare sets of one size. Throws `usage` for n above the length.
 */
export function distinctN(samples: Samples, n: number): number {
  checkSamples(samples);
  if (!(Number.isInteger(n) && n >= 1 && n <= samples.length)) {
    throw new SdttError("usage", `n of distinct-n must be an integer from 1 to ${samples.length}; got ${n}.`);
  }
  const seen = new Set<string>();
  for (const ids of textsOf(samples)) {
    for (let end = n; end <= ids.length; end++) seen.add(ids.subarray(end - n, end).join());
  }
  return seen.size / (samples.batch * (samples.length - n + 1));
}
