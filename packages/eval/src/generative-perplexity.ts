import { causalPerplexity } from "./causal-perplexity.ts";
import type { CausalPerplexity, Judge } from "./causal-perplexity.ts";
import { readsIds } from "./judging/ids-reading.ts";
import type { Reading } from "./judging/reading.ts";
import { textProtocol } from "./judging/text-reading.ts";
import type { SampleMetric } from "./sample-metric.ts";

export interface GenerativePerplexityOptions {
  readonly judge: Judge;
  /** How the judge reads the texts: `idsReading`, what SDTT's code does, unless given; or `textReading`, as MDLM's. */
  readonly reading?: Reading | undefined;
}

/**
 * The perplexity of sampled texts under an autoregressive model. Both protocols leave the first token of a text unscored.
 *
 * - `ids`: the mean over each text, then over texts.
 * - `text`: the mean over the scored tokens of all texts, which may have different numbers of them.
 */
export function generativePerplexity(options: GenerativePerplexityOptions): SampleMetric<CausalPerplexity> {
  const { judge, reading = readsIds } = options;
  return {
    protocol: generativePerplexityProtocols[reading.name],
    evaluate: async (samples, { signal } = {}) =>
      causalPerplexity({ judge, texts: reading.read(samples), signal }),
  };
}

/** How each protocol measures it, for those who read of it. */
export const generativePerplexityProtocols: Readonly<Record<Reading["name"], string>> = {
  ids: `${readsIds.protocol}; first token not scored; mean per text, then over texts`,
  text: `${textProtocol}; first token not scored; mean over the tokens of all texts`,
};
