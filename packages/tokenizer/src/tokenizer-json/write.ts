import { byteSymbolsInOrder } from "../byte-alphabet.ts";
import type { TokenizerJson } from "./format.ts";

/**
 * The `tokenizer.json` of a byte-level BPE laid out as GPT-2's: ids 0 to 255 are the bytes in the order of their symbols, each
 * merge makes the next id, and the special tokens come last.
 *
 * @param merges - Ids that are merged, `[count, 2]`, in order of rank.
 */
export function writeTokenizerJson(
  merges: ArrayLike<number>,
  specialTokens: readonly string[],
): TokenizerJson {
  const tokens = [...byteSymbolsInOrder];
  const pairs: [string, string][] = [];
  for (let i = 0; i < merges.length; i += 2) {
    const pair: [string, string] = [tokens[merges[i]!]!, tokens[merges[i + 1]!]!];
    pairs.push(pair);
    tokens.push(pair.join(""));
  }
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: specialTokens.map((content, i) => ({
      id: tokens.length + i,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: pairs,
    },
  };
}
