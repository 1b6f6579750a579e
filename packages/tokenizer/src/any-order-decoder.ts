import { decodeUtf8 } from "./utf8.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Turns the ids of one text into text as they become known, in whatever order. */
export interface AnyOrderDecoder {
  /**
   * Takes the id at a position that was not known; returns the text that it makes certain. A character of several tokens
   * is part of what the last of them to come gives, and so is a U+FFFD for bytes that can no longer become one. In the
   * order of their positions, the texts of all ids join to what `decode` returns for them.
   */
  reveal(position: number, id: number): string;
}

export interface AnyOrderOptions {
  /** Positions of the text. */
  readonly length: number;
  /** What the end-of-text token is written as; itself unless given. No character crosses it. */
  readonly endOfText?: string | undefined;
}

export interface AnyOrderParts {
  readonly vocabulary: Vocabulary;
  readonly endOfTextId: number | undefined;
}

/** Bytes beside a token that wait for it, and whether there are unknown positions after them. */
interface Waiting {
  readonly bytes: readonly number[];
  readonly isOpen: boolean;
}

export function createAnyOrderDecoder(
  { vocabulary, endOfTextId }: AnyOrderParts,
  { length, endOfText = "<|endoftext|>" }: AnyOrderOptions,
): AnyOrderDecoder {
  const known: (Uint8Array | "end" | undefined)[] = Array.from({ length });

  /** The bytes before a position from the last one that begins a character, or back to what is not known. */
  function before(position: number): Waiting {
    const bytes: number[] = [];
    for (let at = position - 1; at >= 0; at--) {
      const token = known[at];
      if (token === undefined) return { bytes, isOpen: true };
      if (token === "end") break;
      bytes.unshift(...token);
      if (!bytes.every(isContinuation)) return { bytes: tailOf(bytes), isOpen: false };
    }
    return { bytes: [], isOpen: false };
  }

  /** The bytes after a position that may continue a character. */
  function after(position: number): Waiting {
    const bytes: number[] = [];
    for (let at = position + 1; at < length; at++) {
      const token = known[at];
      if (token === undefined) return { bytes, isOpen: true };
      if (token === "end") break;
      const end = token.findIndex((byte) => !isContinuation(byte));
      bytes.push(...(end < 0 ? token : token.subarray(0, end)));
      if (end >= 0) break;
    }
    return { bytes, isOpen: false };
  }

  return {
    reveal(position, id) {
      const own = id === endOfTextId ? "end" : vocabulary.bytesOf([id], {}, position);
      known[position] = own;
      const [left, right] = [before(position), after(position)];
      if (own === "end") return textOf(left.isOpen ? [] : left.bytes) + endOfText + textOf(right.bytes);
      const bytes = [...left.bytes, ...own, ...right.bytes];
      const begin = left.isOpen ? bytes.findIndex((byte) => !isContinuation(byte)) : 0;
      if (begin < 0) return "";
      const certain = bytes.slice(begin);
      return textOf(right.isOpen ? certain.slice(0, certain.length - tailOf(certain).length) : certain);
    },
  };
}

/** The bytes at the end that may still become a character. */
function tailOf(bytes: readonly number[]): readonly number[] {
  const begin = bytes.findLastIndex((byte) => !isContinuation(byte));
  if (begin < 0) return [];
  const last = bytes.slice(begin);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return decoder.decode(Uint8Array.from(last), { stream: true }) === "" ? last : [];
}

function textOf(bytes: readonly number[]): string {
  return decodeUtf8(Uint8Array.from(bytes));
}

/** Whether a byte of UTF-8 can only stand inside a character. */
function isContinuation(byte: number): boolean {
  return byte >= 0x80 && byte < 0xc0;
}
