import type { Tokenizer } from "@sdtt/tokenizer";

/** What one step has changed in a text. */
export interface TokenChange {
  readonly positions: ArrayLike<number>;
  readonly ids: ArrayLike<number>;
  readonly logProbs: ArrayLike<number>;
  /** Positions that were masked again before the others were written. */
  readonly remasked?: ArrayLike<number> | undefined;
}

/**
 * A token of a text that is being written, with what it makes certain: a character of several tokens is told once, by the last
 * of them to come; an end of text is an empty line, or nothing where the text begins.
 */
export interface ToldToken {
  readonly position: number;
  readonly id: number;
  readonly text: string;
  readonly end_of_text?: true;
}

export interface ToldStep {
  readonly revealed: readonly (ToldToken & { readonly probability: number })[];
  /** Positions that were masked again, before the others were revealed. */
  readonly masked?: readonly number[];
  /** Tokens that stay, but read differently since others came or went. */
  readonly retold?: readonly ToldToken[];
}

/** Says what the tokens of a text read as, while they come and, with samplers that mask again, go. */
export interface TokenTeller {
  readonly given: readonly ToldToken[];
  tell(change: TokenChange): ToldStep;
}

/** Each token is told once, with the text that it makes certain. */
export function createTeller(tokenizer: Tokenizer, tokens: Int32Array): TokenTeller {
  const decoder = tokenizer.createAnyOrderDecoder({ length: tokens.length, endOfText: paragraph });
  const reveal = (position: number) =>
    toldToken(tokenizer, position, tokens[position]!, decoder.reveal(position, tokens[position]!));
  return {
    given: knownPositions(tokenizer, tokens).map(reveal),
    tell: ({ positions, ids, logProbs }) => ({
      revealed: Array.from(positions, (position, i) => {
        tokens[position] = ids[i]!;
        return { ...reveal(position), probability: Math.exp(logProbs[i]!) };
      }),
    }),
  };
}

/** For samplers that mask again: a character of several tokens is told again when one of them is another. */
export function createRemaskingTeller(tokenizer: Tokenizer, tokens: Int32Array): TokenTeller {
  let texts = textsOf(tokenizer, tokens);
  const tokenAt = (position: number) =>
    toldToken(tokenizer, position, tokens[position]!, texts.get(position)!);
  return {
    given: [...texts.keys()].map(tokenAt),
    tell({ positions: written, ids, logProbs, remasked = [] }) {
      const before = texts;
      const [positions, masked] = [Array.from(written), Array.from(remasked)];
      for (const position of masked) tokens[position] = tokenizer.maskId;
      for (const [i, position] of positions.entries()) tokens[position] = ids[i]!;
      texts = textsOf(tokenizer, tokens);
      const isNew = new Set([...positions, ...masked]);
      const changed = [...texts.keys()].filter(
        (position) => !isNew.has(position) && before.get(position) !== texts.get(position),
      );
      return {
        revealed: positions.map((position, i) => ({
          ...tokenAt(position),
          probability: Math.exp(logProbs[i]!),
        })),
        ...(masked.length > 0 ? { masked } : {}),
        ...(changed.length > 0 ? { retold: changed.map(tokenAt) } : {}),
      };
    },
  };
}

const paragraph = "\n\n";

function knownPositions({ maskId }: Tokenizer, tokens: Int32Array): number[] {
  return [...tokens.keys()].filter((position) => tokens[position] !== maskId);
}

/** The text of each known token, read from the left; joined they are what is known of the text. */
function textsOf(tokenizer: Tokenizer, tokens: Int32Array): ReadonlyMap<number, string> {
  const decoder = tokenizer.createAnyOrderDecoder({ length: tokens.length, endOfText: paragraph });
  return new Map(
    knownPositions(tokenizer, tokens).map((position) => [
      position,
      decoder.reveal(position, tokens[position]!),
    ]),
  );
}

/** An end of text is an empty line, or nothing where the text begins. */
function toldToken({ endOfTextId }: Tokenizer, position: number, id: number, text: string): ToldToken {
  if (id !== endOfTextId) return { position, id, text };
  return { position, id, text: position === 0 ? text.slice(paragraph.length) : text, end_of_text: true };
}
