import { createAddedTokenSplitter } from "./added-tokens.ts";
import { symbolOfByte } from "./byte-alphabet.ts";
import type { TokenizerDefinition } from "./definition.ts";
import { mergeSymbols } from "./merge-symbols.ts";
import { createMergeTable } from "./merge-table.ts";
import { detached, encodeUtf8 } from "./utf8.ts";

export interface EncodeOptions {
  /** What a special token written out in the text is: itself, or plain text. Default `"allow"`, as the reference. */
  readonly specialTokens?: "allow" | "text" | undefined;
  /** Whether the text continues another: a tokenizer that puts a space before every text then does not. */
  readonly continues?: boolean | undefined;
}

/** Makes the function from text to ids. */
export function createEncoder(
  definition: TokenizerDefinition,
): (text: string, options?: EncodeOptions) => Int32Array {
  const { normalizations = [] } = definition;
  const encodePiece = createCachedPieceEncoder(definition);
  const splitAtAll = createAddedTokenSplitter(definition.addedTokens);
  const splitAtPlain = createAddedTokenSplitter(definition.addedTokens.filter((token) => !token.special));

  return (text, { specialTokens = "allow", continues = false } = {}) => {
    const split = specialTokens === "allow" ? splitAtAll : splitAtPlain;
    const ids = createIdList(text.length);
    for (const [index, part] of split(text.toWellFormed()).entries()) {
      if (typeof part === "number") {
        ids.push(part);
      } else {
        const normal = normalizations.reduce((text, form) => text.normalize(form), part);
        let isFirst = continues && index === 0 && !normal.startsWith(" ");
        definition.preTokenizer(normal, (piece) => {
          ids.append(encodePiece(isFirst && piece.startsWith(" ") ? piece.slice(1) : piece));
          isFirst = false;
        });
      }
    }
    return ids.take();
  };
}

/** Byte-pair encoding of a single piece. */
function createPieceEncoder(definition: TokenizerDefinition): (piece: string) => Int32Array {
  const { byteIds, wholePieces } = definition;
  const mergeTable = createMergeTable(definition.merges);
  return (piece) => {
    const bytes = encodeUtf8(piece);
    const id = wholePieces?.get(Array.from(bytes, symbolOfByte).join(""));
    if (id !== undefined) return Int32Array.of(id);
    const symbols = new Int32Array(bytes.length);
    for (let i = 0; i < bytes.length; i++) symbols[i] = byteIds[bytes[i]!]!;
    return symbols.slice(0, mergeSymbols(symbols, mergeTable));
  };
}

/** Longer pieces are seldom seen twice. */
const longestCachedPiece = 32;
const cachedPieces = 2 ** 16;

/** Remembers short pieces: most of a text is the same few thousand words. */
function createCachedPieceEncoder(definition: TokenizerDefinition): (piece: string) => Int32Array {
  const encodePiece = createPieceEncoder(definition);
  const cache = new Map<string, Int32Array>();
  return (piece) => {
    const known = cache.get(piece);
    if (known !== undefined) return known;
    const ids = encodePiece(piece);
    if (piece.length <= longestCachedPiece) {
      if (cache.size === cachedPieces) cache.clear();
      cache.set(detached(piece), ids);
    }
    return ids;
  };
}

interface IdList {
  push(id: number): void;
  append(ids: Int32Array): void;
  take(): Int32Array;
}

/** A list of ids that grows by doubling. */
function createIdList(textLength: number): IdList {
  let ids = new Int32Array(16 + (textLength >> 2));
  let length = 0;
  const reserve = (count: number): void => {
    if (length + count <= ids.length) return;
    const grown = new Int32Array(2 * (length + count));
    grown.set(ids);
    ids = grown;
  };
  return {
    push(id) {
      reserve(1);
      ids[length++] = id;
    },
    append(more) {
      reserve(more.length);
      for (let i = 0; i < more.length; i++) ids[length++] = more[i]!;
    },
    take: () => ids.slice(0, length),
  };
}
