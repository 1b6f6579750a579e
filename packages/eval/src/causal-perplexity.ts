import { SdttError, throwIfAborted } from "@sdtt/core";
import type { CausalModel } from "@sdtt/core";
import { checkScored, perplexityOf } from "./finite.ts";
import type { JudgeTexts } from "./judging/reading.ts";
import { checkSamples } from "./samples.ts";
import { ratioOfSums } from "./statistics.ts";

/** What of an autoregressive model says how likely texts are. */
export type Judge = Pick<CausalModel, "score">;

export interface CausalPerplexityOptions {
  readonly judge: Judge;
  /** Of one length, or with `lengths`. */
  readonly texts: JudgeTexts;
  /** Texts that the judge is asked about at once; 64 unless given. */
  readonly batchSize?: number | undefined;
  /** Told how many of the texts are done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CausalPerplexity {
  /** exp of `nats`. */
  readonly perplexity: number;
  /** The mean over the scored tokens of all texts; where they are of one length, that over each text, then over texts. */
  readonly nats: number;
  /** Of `nats`, over texts. NaN for one text. */
  readonly standardError: number;
  /**
   * Of each text, with the mean `nats` and its standard error: nats per scored token where texts are of one length, else what
   * the text adds to the ratio of all nats to all tokens, to first order.
   */
  readonly textNats: readonly number[];
}

/**
 * The perplexity of texts under an autoregressive model: its own where they are held out, theirs where it judges. It is
 * exact, not a bound. The first token of a text has nothing before it and is not scored.
 *
 * @throws SdttError `usage` for no texts, and where no text has more than one token; `numeric` where a log-probability or
 *   the perplexity is not finite.
 */
export async function causalPerplexity(options: CausalPerplexityOptions): Promise<CausalPerplexity> {
  const { judge, texts, batchSize = 64, onProgress, signal } = options;
  checkSamples(texts);
  const { length } = texts;
  const counts = (texts.lengths ?? new Int32Array(texts.batch).fill(length)).map((count) => count - 1);
  if (counts.every((count) => count === 0)) {
    throw new SdttError("usage", "A text of one token has no perplexity: its first token is not scored.");
  }
  const sums: number[] = [];
  for (let first = 0; first < texts.batch; first += batchSize) {
    throwIfAborted(signal);
    const batch = Math.min(batchSize, texts.batch - first);
    const tokens = texts.tokens.subarray(first * length, (first + batch) * length);
    const lengths = texts.lengths?.subarray(first, first + batch);
    const scores = await judge.score({ tokens, batch, length, lengths, signal });
    for (let i = 0; i < batch; i++) {
      let sum = 0;
      for (let position = 1; position <= counts[first + i]!; position++) {
        const at = i * length + position;
        checkScored({ logProb: scores[at]!, id: tokens[at]!, text: first + i, position });
        sum -= scores[at]!;
      }
      sums.push(sum);
    }
    onProgress?.(sums.length, texts.batch);
  }
  const { ratio: nats, standardError, terms } = ratioOfSums(sums, counts);
  return { perplexity: perplexityOf(nats), nats, standardError, textNats: terms };
}
