import type { Tokenizer } from "@sdtt/tokenizer";
import { findEnd, readText } from "./read-text.ts";

/**
 * A token of a text that comes into being, with what it makes certain: a character of several tokens is told once, by the last
 * of them to come; an end of text is an empty line, or nothing where the text begins.
 */
export interface ToldToken {
  readonly position: number;
  readonly id: number;
  readonly text: string;
  readonly end_of_text?: true;
}

/** What there is to tell of a text, in this order. Field names are those of the endpoint that sends them. */
export type TextEvent =
  | {
      readonly type: "start";
      readonly steps: number;
      /** Tokens of the text. */
      readonly length: number;
      readonly given: readonly ToldToken[];
    }
  | {
      readonly type: "step";
      /** Counts from 1; one more than `steps` for what is left after the last. */
      readonly step: number;
      readonly steps: number;
      readonly revealed: readonly (ToldToken & {
        /** The model's, at temperature 1, when the token was drawn. */
        readonly probability: number;
      })[];
    }
  | {
      readonly type: "done";
      /** Up to its end. */
      readonly text: string;
      readonly tokens: readonly number[];
      readonly passes: number;
    };

/** What one step has written. */
export interface WrittenStep {
  /** Counts from 1. */
  readonly step: number;
  readonly steps: number;
  readonly positions: ArrayLike<number>;
  readonly ids: ArrayLike<number>;
  readonly logProbs: ArrayLike<number>;
}

export interface TellTextOptions {
  /** Ids, `[length]`, the mask where something is to be written. */
  readonly template: Int32Array;
  /** Of the diffusion; a pass for each token at most where a sampler has no grid of steps. */
  readonly steps: number | undefined;
  readonly written: AsyncIterable<WrittenStep>;
  readonly tokenizer: Tokenizer;
  /** An end of text at this position or a later one ends the text; none does if undefined. */
  readonly endsFrom: number | undefined;
}

const paragraph = "\n\n";

/** Tells a text step by step, in words. */
export async function* tellText(options: TellTextOptions): AsyncGenerator<TextEvent, void> {
  const { tokenizer, written, endsFrom } = options;
  const tokens = options.template.slice();
  const { length } = tokens;
  const decoder = tokenizer.createAnyOrderDecoder({ length, endOfText: paragraph });
  const tokenAt = (position: number): ToldToken => {
    const id = tokens[position]!;
    const text = decoder.reveal(position, id);
    if (id !== tokenizer.endOfTextId) return { position, id, text };
    return { position, id, text: position === 0 ? text.slice(paragraph.length) : text, end_of_text: true };
  };
  const steps = options.steps ?? tokens.filter((id) => id === tokenizer.maskId).length;
  const given = [...tokens.keys()].filter((position) => tokens[position] !== tokenizer.maskId);
  yield { type: "start", steps, length, given: given.map(tokenAt) };
  let passes = 0;
  for await (const { positions, ids, logProbs, ...at } of written) {
    passes++;
    const revealed = Array.from(positions, (position, i) => {
      tokens[position] = ids[i]!;
      return { ...tokenAt(position), probability: Math.exp(logProbs[i]!) };
    });
    yield { type: "step", step: at.step, steps: at.steps, revealed };
  }
  const text = readText(tokens.subarray(0, findEnd(tokens, tokenizer, endsFrom)), tokenizer);
  yield { type: "done", text, tokens: [...tokens], passes };
}
