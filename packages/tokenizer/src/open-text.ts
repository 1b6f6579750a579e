import type { TokenSet } from "@sdtt/core";
import type { EncodeOptions } from "./encoder.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

/** The ids of a text that something follows, which is not known yet. */
export interface OpenText {
  readonly ids: Int32Array;
  /** White space at the end of the text that belongs to the token that follows; mostly a space or nothing. */
  readonly rest: string;
  /** The tokens that begin with `rest`: what may follow. Undefined where nothing is left to it. */
  readonly next: TokenSet | undefined;
}

export interface OpenTextParts {
  /** The bytes of each id. */
  readonly tokens: readonly Uint8Array[];
  readonly specialIds: ReadonlySet<number>;
  readonly encode: (text: string, options?: EncodeOptions) => Int32Array;
}

/**
 * Makes the encoder of texts that continue. In running text a word's token brings the space before it along, and the last of
 * several line breaks stands by itself; encoded as its end, the white space of a text becomes tokens that no model has seen
 * before a word. So it is encoded as it is before a word, one of the vocabulary's own.
 */
export function createOpenTextEncoder(
  parts: OpenTextParts,
): (text: string, options?: EncodeOptions) => OpenText {
  const { encode } = parts;
  /** By the character, of which there are some 25. */
  const words = new Map<string, SpacedWords>();

  function wordsAfter(space: string): SpacedWords {
    const found = words.get(space) ?? findWords(space, parts);
    words.set(space, found);
    return found;
  }

  return (text, options) => {
    const space = /\p{White_Space}$/u.exec(text)?.[0];
    if (space === undefined) return { ids: encode(text, options), rest: "", next: undefined };
    const { all, sample } = wordsAfter(space);
    if (sample) {
      const ids = encode(text + sample.word, options);
      if (ids.at(-1) === sample.id) return { ids: ids.slice(0, -1), rest: space, next: all };
    }
    const ids = encode(text + letter, options);
    const isApart = ids.length > 0 && decodeUtf8(parts.tokens[ids.at(-1)!]!) === letter;
    return { ids: isApart ? ids.slice(0, -1) : encode(text, options), rest: "", next: undefined };
  };
}

const letter = "a";

interface SpacedWords {
  /** All tokens that begin with the space, it alone among them. */
  readonly all: TokenSet;
  /** One that continues with letters, if there is one: the word without its space. */
  readonly sample: { readonly id: number; readonly word: string } | undefined;
}

function findWords(space: string, { tokens, specialIds }: OpenTextParts): SpacedWords {
  const start = encodeUtf8(space);
  const all = new Uint8Array(tokens.length + 1);
  let sample: SpacedWords["sample"];
  for (const [id, bytes] of tokens.entries()) {
    if (specialIds.has(id) || !start.every((byte, i) => bytes[i] === byte)) continue;
    all[id] = 1;
    const word = decodeUtf8(bytes.subarray(start.length));
    if (!sample && /^\p{L}+$/u.test(word)) sample = { id, word };
  }
  return { all, sample };
}
