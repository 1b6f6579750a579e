import { SdttError } from "@sdtt/core";
import { checkSamples } from "./samples.ts";
import type { Samples } from "./samples.ts";
import type { SampleMetric } from "./sample-metric.ts";
import { mean, standardError } from "./statistics.ts";

/** An autoregressive model that says how likely texts are: a `CausalModel` of the runtime is one. */
export interface Judge {
  /** The log-probability of every token but the first given those before it, in nats, `[batch * (length - 1)]`. */
  tokenLogProbs(request: Samples & { readonly signal?: AbortSignal | undefined }): Promise<Float32Array>;
}

export interface GenerativePerplexity {
  /** exp of `nats`. */
  readonly perplexity: number;
  /** Per scored token: the mean over each text, then over texts. */
  readonly nats: number;
  /** Of `nats`, over texts. NaN for one text. */
  readonly standardError: number;
}

/**
 * The perplexity of texts under a judge that reads the same ids, as they are: no decoding and encoding anew, nothing cut
 * off after an end of text. The first token of a text is not scored. Nats are averaged in each text, then over texts.
 */
export function generativePerplexity({
  judge,
}: {
  readonly judge: Judge;
}): SampleMetric<GenerativePerplexity> {
  return {
    protocol: "ids as they are; first token not scored; mean per text, then over texts",
    async evaluate(samples, { signal } = {}) {
      checkSamples(samples);
      if (samples.length < 2) {
        throw new SdttError("usage", "A text of one token has no perplexity: its first token is not scored.");
      }
      return perplexityOf(await judge.tokenLogProbs({ ...samples, signal }), samples.length - 1);
    },
  };
}

/** Of log-probabilities in nats, `[batch * scored]`, of which each text has `scored`. */
function perplexityOf(logProbs: Float32Array, scored: number): GenerativePerplexity {
  const texts = Array.from({ length: logProbs.length / scored }, (_, i) =>
    mean(logProbs.subarray(i * scored, (i + 1) * scored)),
  );
  const nats = -mean(texts);
  return { perplexity: Math.exp(nats), nats, standardError: standardError(texts) };
}
