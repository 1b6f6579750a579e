import { createPattern } from "./pattern/pattern.ts";
import type { Pattern } from "./pattern/pattern.ts";

/**
 * Cuts a text into the pieces that are encoded one by one: no merge crosses from one piece into the next.
 * Pieces are emitted in order and, but for a prefixed space, join to the text.
 */
export type PreTokenizer = (text: string, emit: (piece: string) => void) => void;

/** GPT-2's pattern, which matches every text from end to end. */
const gpt2Pattern = createPattern(
  String.raw`'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
);

/** The pre-tokenizer `ByteLevel`, the turning into bytes left out. */
export function byteLevel(options: { prefixSpace: boolean; gpt2Pattern: boolean }): PreTokenizer {
  const cut = options.gpt2Pattern ? isolate(gpt2Pattern) : whole;
  if (!options.prefixSpace) return cut;
  return (text, emit) => cut(text === "" || text.startsWith(" ") ? text : ` ${text}`, emit);
}

/** Makes each match of a pattern a piece, and what lies between matches too. */
export function isolate(pattern: Pattern): PreTokenizer {
  return (text, emit) => {
    let done = 0;
    pattern(text, (start, end) => {
      if (start > done) emit(text.slice(done, start));
      if (end > start) emit(text.slice(start, end));
      done = end;
    });
    if (done < text.length) emit(text.slice(done));
  };
}

/** Applies each pre-tokenizer to the pieces of the one before. */
export function sequence(parts: readonly PreTokenizer[]): PreTokenizer {
  return parts.reduceRight<PreTokenizer>(
    (rest, part) => (text, emit) => part(text, (piece) => rest(piece, emit)),
    whole,
  );
}

const whole: PreTokenizer = (text, emit) => {
  if (text !== "") emit(text);
};
