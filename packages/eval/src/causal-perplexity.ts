import { SdttError, throwIfAborted } from "@sdtt/core";
import type { CausalModel } from "@sdtt/core";
import { checkScored, perplexityOf } from "./finite.ts";
import { checkSamples } from "./samples.ts";
import type { Samples } from "./samples.ts";
import { mean, standardError } from "./statistics.ts";

/** What of an autoregressive model says how likely texts are. */
export type Judge = Pick<CausalModel, "score">;

export interface CausalPerplexityOptions {
  readonly judge: Judge;
  readonly texts: Samples;
  /** Texts that the judge is asked about at once; 64 unless given. */
  readonly batchSize?: number | undefined;
  /** Told how many of the texts are done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CausalPerplexity {
  /** exp of `nats`. */
  readonly perplexity: number;
  /** Per scored token: the mean over each text, then over texts, which are of one length. */
  readonly nats: number;
  /** Of `nats`, over texts. NaN for one text. */
  readonly standardError: number;
}

/**
 * The perplexity of texts under an autoregressive model: its own where they are held out, theirs where it judges. It is
 * exact, not a bound. The first token of a text has nothing before it and is not scored.
 *
 * @throws SdttError `usage` for no texts, and for texts of one token; `numeric` where a log-probability or the perplexity
 *   is not finite.
 */
export async function causalPerplexity(options: CausalPerplexityOptions): Promise<CausalPerplexity> {
  const { judge, texts, batchSize = 64, onProgress, signal } = options;
  checkSamples(texts);
  if (texts.length < 2) {
    throw new SdttError("usage", "A text of one token has no perplexity: its first token is not scored.");
  }
  const { length } = texts;
  const means: number[] = [];
  for (let first = 0; first < texts.batch; first += batchSize) {
    throwIfAborted(signal);
    const batch = Math.min(batchSize, texts.batch - first);
    const tokens = texts.tokens.subarray(first * length, (first + batch) * length);
    const scores = await judge.score({ tokens, batch, length, signal });
    scores.forEach((logProb, i) => {
      const [text, position] = [first + Math.floor(i / length), i % length];
      if (position > 0) checkScored({ logProb, id: tokens[i]!, text, position });
    });
    for (let i = 0; i < batch; i++) means.push(mean(scores.subarray(i * length + 1, (i + 1) * length)));
    onProgress?.(means.length, texts.batch);
  }
  const nats = -mean(means);
  return { perplexity: perplexityOf(nats), nats, standardError: standardError(means) };
}
