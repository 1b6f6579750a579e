import { SdttError, throwIfAborted } from "@sdtt/core";
import { byteIdsInOrder } from "../byte-alphabet.ts";
import { byteLevel } from "../pre-tokenizer.ts";
import type { TokenizerJson } from "../tokenizer-json/format.ts";
import { writeTokenizerJson } from "../tokenizer-json/write.ts";
import { detached, encodeUtf8 } from "../utf8.ts";
import { learnMerges } from "./learn-merges.ts";

export interface TrainOptions {
  /** Documents. Each is looked at once and let go. */
  readonly texts: Iterable<string> | AsyncIterable<string>;
  /** How many ids are wanted, the 256 bytes and the special tokens included. */
  readonly vocabSize: number;
  /** How often a pair must be seen to become a token. Default 2. */
  readonly minFrequency?: number | undefined;
  /** Tokens that stand for no text; they take the last ids. Default `["<|endoftext|>"]`. */
  readonly specialTokens?: readonly string[] | undefined;
  /** Looked at between texts and, while merges are learnt, every fraction of a second. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Learns a byte-level BPE with GPT-2's pre-tokenizer from texts. The merges, and their order, are those of the trainer of
 * Hugging Face's tokenizers.
 *
 * @returns A `tokenizer.json`, for `createTokenizer` or a file. It has fewer ids than wanted if the texts run out of
 * frequent pairs.
 * @throws SdttError `usage` for a vocabulary that cannot be, `aborted` when the signal fires.
 */
export async function trainBytePairEncoding({
  texts,
  vocabSize,
  minFrequency = 2,
  specialTokens = ["<|endoftext|>"],
  signal,
}: TrainOptions): Promise<TokenizerJson> {
  const firstId = byteIdsInOrder.length;
  const limit = vocabSize - firstId - specialTokens.length;
  if (!Number.isInteger(limit) || limit < 0) {
    throw new SdttError(
      "usage",
      `vocabSize must be an integer of at least ${vocabSize - limit}, for the bytes and the special tokens; got ${vocabSize}.`,
    );
  }
  specialTokens.forEach(checkSpecialToken);

  const counts = await countPieces(texts, signal);
  const pieces = Array.from(counts, ([piece, count]) => ({
    symbols: Array.from(encodeUtf8(piece), (byte) => byteIdsInOrder[byte]!),
    count,
  }));
  const merges = await learnMerges({ pieces, firstId, limit, minFrequency, signal });
  return writeTokenizerJson(merges, specialTokens);
}

/** How often each piece stands in the texts. */
async function countPieces(
  texts: TrainOptions["texts"],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for await (const text of texts) {
    throwIfAborted(signal);
    preTokenize(text.toWellFormed(), (piece) => {
      const count = counts.get(piece);
      counts.set(count === undefined ? detached(piece) : piece, (count ?? 0) + 1);
    });
  }
  return counts;
}

/** A special token must be more than one piece, or a text could teach its content to be a common token. */
function checkSpecialToken(content: string): void {
  let pieces = 0;
  preTokenize(content, () => pieces++);
  if (pieces < 2) {
    throw new SdttError(
      "usage",
      `The special token ${JSON.stringify(content)} could be an ordinary word; write it in brackets, as "<|endoftext|>" is.`,
    );
  }
}

const preTokenize = byteLevel({ prefixSpace: false, gpt2Pattern: true });
