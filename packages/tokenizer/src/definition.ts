import type { PreTokenizer } from "./pre-tokenizer.ts";

/** Everything that makes one byte-level BPE differ from another, read and checked. */
export interface TokenizerDefinition {
  /** The bytes of each id, added tokens included. */
  readonly tokens: readonly Uint8Array[];
  /** The id of each single byte, `[256]`. */
  readonly byteIds: Int32Array;
  /** Left id, right id, merged id, `[count, 3]`, in order of rank. */
  readonly merges: Int32Array;
  /** Ids of pieces that are taken whole, with no look at the merges (`ignore_merges`), by their byte symbols. */
  readonly wholePieces?: ReadonlyMap<string, number> | undefined;
  readonly addedTokens: readonly AddedToken[];
  /** What is done to a text between added tokens, in order. */
  readonly normalizations?: readonly UnicodeNormalization[] | undefined;
  readonly preTokenizer: PreTokenizer;
}

/** A token that is looked for in the text before anything else happens to it. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Control tokens are special; the others are plain vocabulary that the merges cannot make. */
  readonly special: boolean;
  /** Takes the white space before it along. */
  readonly stripsLeft?: boolean | undefined;
  /** Takes the white space after it along. */
  readonly stripsRight?: boolean | undefined;
}

export type UnicodeNormalization = "NFC" | "NFD" | "NFKC" | "NFKD";
