import { createAnyOrderDecoder } from "./any-order-decoder.ts";
import type { AnyOrderDecoder, AnyOrderOptions } from "./any-order-decoder.ts";
import type { TokenizerDefinition } from "./definition.ts";
import { createEncoder } from "./encoder.ts";
import type { EncodeOptions } from "./encoder.ts";
import { createOpenTextEncoder } from "./open-text.ts";
import type { OpenText } from "./open-text.ts";
import { createStreamingDecoder } from "./streaming-decoder.ts";
import type { StreamingDecoder } from "./streaming-decoder.ts";
import { withoutOwnMask } from "./own-mask.ts";
import { readTokenizerJson } from "./tokenizer-json/read.ts";
import { decodeUtf8 } from "./utf8.ts";
import { createVocabulary } from "./vocabulary.ts";
import type { DecodeOptions } from "./vocabulary.ts";

/**
 * Text to ids and back.
 *
 * A masked diffusion model has one id more than its tokenizer: the mask, whose id is `vocabSize`. A mask that is
 * part of the vocabulary is not counted (see `modelTokens`). Everything that takes ids takes the mask too. An id past it is
 * an SdttError `usage` that names the id, the range and the position.
 */
export interface Tokenizer {
  /** The number of ids, special tokens included and the mask not. */
  readonly vocabSize: number;
  /** The id of the mask: one past the last, `vocabSize`. */
  readonly maskId: number;
  /** The id of `<|endoftext|>`, if there is one. */
  readonly endOfTextId: number | undefined;
  /** The ids of a text. Nothing is added at its ends. Lone surrogates are read as U+FFFD. */
  encode(text: string, options?: EncodeOptions): Int32Array;
  /** As `encode`, for a text that something unknown follows: white space at its end is what it is before a word. */
  encodeOpen(text: string, options?: EncodeOptions): OpenText;
  /** The text of ids. Bytes that are no UTF-8 become U+FFFD. */
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string;
  /** The text of each sequence of ids. */
  decodeBatch(sequences: Iterable<ArrayLike<number>>, options?: DecodeOptions): string[];
  /** The bytes of one token; none for the mask. */
  tokenBytes(id: number): Uint8Array;
  /** A decoder for ids that arrive bit by bit. */
  createDecoder(options?: DecodeOptions): StreamingDecoder;
  /** A decoder for the ids of one text that become known in any order. */
  createAnyOrderDecoder(options: AnyOrderOptions): AnyOrderDecoder;
}

export interface CreateTokenizerOptions {
  /**
   * How many tokens the model has, its mask not counted. If the tokenizer has one more, and its last token is named as a
   * mask or as padding (`[MASK]`, `<mask>`, `[PAD]`), that token is the mask and its name in a text is plain text.
   */
  readonly modelTokens?: number | undefined;
}

/**
 * Makes the tokenizer that a byte-level BPE `tokenizer.json` of Hugging Face describes.
 *
 * It understands the model `BPE` with all 256 byte symbols, the pre-tokenizer `ByteLevel`, alone or after `Split` and
 * `Digits`, the Unicode normalizers, and added tokens. Truncation, padding and the post-processor are left to the caller:
 * `encode` adds and drops nothing.
 *
 * @param json - The text of the file, or what it parses to.
 * @throws SdttError `format` for anything else, with the place in the file.
 */
export function createTokenizer(json: unknown, { modelTokens }: CreateTokenizerOptions = {}): Tokenizer {
  const definition = readTokenizerJson(json);
  const hasMask = definition.tokens.length - 1 === modelTokens;
  return createTokenizerFrom((hasMask ? withoutOwnMask(definition) : undefined) ?? definition);
}

/** Makes the tokenizer of a definition that has been read and checked. */
export function createTokenizerFrom(definition: TokenizerDefinition): Tokenizer {
  const vocabulary = createVocabulary(definition);
  const decode: Tokenizer["decode"] = (ids, options) => decodeUtf8(vocabulary.bytesOf(ids, options));
  const encode = createEncoder(definition);
  const specialIds = new Set(definition.addedTokens.filter(({ special }) => special).map(({ id }) => id));
  const endOfTextId = definition.addedTokens.find((token) => token.content === "<|endoftext|>")?.id;
  return {
    vocabSize: vocabulary.size,
    maskId: vocabulary.size,
    endOfTextId,
    encode,
    encodeOpen: createOpenTextEncoder({ tokens: definition.tokens, specialIds, encode }),
    decode,
    decodeBatch: (sequences, options) => Array.from(sequences, (ids) => decode(ids, options)),
    tokenBytes: (id) => vocabulary.bytesOf([id], { mask: "" }),
    createDecoder: (options) => createStreamingDecoder(vocabulary, options),
    createAnyOrderDecoder: (options) => createAnyOrderDecoder({ vocabulary, endOfTextId }, options),
  };
}
