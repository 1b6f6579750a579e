/**
 * Cuts a text into the pieces that are encoded one by one: no merge crosses from one piece into the next.
 * Pieces are emitted in order and, but for a prefixed space, join to the text.
 */
export type PreTokenizer = (text: string, emit: (piece: string) => void) => void;

/**
 * GPT-2's pattern, which matches every text from end to end. White space is Unicode's property and not `\s`, which has
 * U+FEFF and lacks U+0085.
 */
const gpt2Pattern =
  /'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** The pre-tokenizer `ByteLevel`, the turning into bytes left out. */
export function byteLevel(options: { prefixSpace: boolean; gpt2Pattern: boolean }): PreTokenizer {
  const cut = options.gpt2Pattern ? isolate(gpt2Pattern) : whole;
  if (!options.prefixSpace) return cut;
  return (text, emit) => cut(text === "" || text.startsWith(" ") ? text : ` ${text}`, emit);
}

/** Makes each match of a global pattern a piece, and what lies between matches too. */
export function isolate(pattern: RegExp): PreTokenizer {
  return (text, emit) => {
    let end = 0;
    for (const match of text.matchAll(pattern)) {
      if (match.index > end) emit(text.slice(end, match.index));
      if (match[0] !== "") emit(match[0]);
      end = match.index + match[0].length;
    }
    if (end < text.length) emit(text.slice(end));
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
