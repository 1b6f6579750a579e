import { causalPerplexity } from "./causal-perplexity.ts";
import type { CausalPerplexity, Judge } from "./causal-perplexity.ts";
import type { SampleMetric } from "./sample-metric.ts";

/** How it is measured, for those who read of it. */
export const generativePerplexityProtocol =
  "ids as they are; first token not scored; mean per text, then over texts";

/**
 * The perplexity of texts under a judge that reads the same ids, as they are: no decoding and encoding anew, nothing cut
 * off after an end of text. The first token of a text is not scored. Nats are averaged in each text, then over texts.
 */
export function generativePerplexity({ judge }: { readonly judge: Judge }): SampleMetric<CausalPerplexity> {
  return {
    protocol: generativePerplexityProtocol,
    evaluate: (texts, { signal } = {}) => causalPerplexity({ judge, texts, signal }),
  };
}
