import type { Tokenizer } from "@sdtt/tokenizer";
import { findEnd, readText } from "./read-text.ts";
import { createRemaskingTeller, createTeller } from "./token-teller.ts";
import type { ToldStep, ToldToken, TokenChange } from "./token-teller.ts";

/** What there is to tell of a text, in this order. Field names are those of the endpoint that sends them. */
export type TextEvent =
  | {
      readonly type: "start";
      readonly steps: number;
      /** Tokens of the text. */
      readonly length: number;
      readonly given: readonly ToldToken[];
    }
  | ({
      readonly type: "step";
      /** Counts from 1; one more than `steps` for what is left after the last. */
      readonly step: number;
      readonly steps: number;
    } & ToldStep)
  | {
      readonly type: "done";
      /** Up to its end. */
      readonly text: string;
      readonly tokens: readonly number[];
      readonly passes: number;
    };

/** What one step has written. */
export interface WrittenStep extends TokenChange {
  /** Counts from 1. */
  readonly step: number;
  readonly steps: number;
}

export interface TellTextOptions {
  /** Ids, `[length]`, the mask where something is to be written. */
  readonly template: Int32Array;
  /** Of the diffusion; a pass for each token at most where a sampler has no grid of steps. */
  readonly steps: number | undefined;
  /** Whether the sampler masks tokens again; false if absent. */
  readonly masksAgain?: boolean | undefined;
  /** Forward passes of a step; 1 if absent, 2 with guidance. */
  readonly passesPerStep?: number | undefined;
  readonly written: AsyncIterable<WrittenStep>;
  readonly tokenizer: Tokenizer;
  /** An end of text at this position or a later one ends the text; none does if undefined. */
  readonly endsFrom: number | undefined;
}

/** Tells a text step by step, in words. */
export async function* tellText(options: TellTextOptions): AsyncGenerator<TextEvent, void> {
  const { tokenizer, written, endsFrom, masksAgain = false, passesPerStep = 1 } = options;
  const tokens = options.template.slice();
  const { length } = tokens;
  const steps = options.steps ?? tokens.filter((id) => id === tokenizer.maskId).length;
  const teller = (masksAgain ? createRemaskingTeller : createTeller)(tokenizer, tokens);
  yield { type: "start", steps, length, given: teller.given };
  let passes = 0;
  for await (const { step, steps, ...change } of written) {
    passes += passesPerStep;
    yield { type: "step", step, steps, ...teller.tell(change) };
  }
  const text = readText(tokens.subarray(0, findEnd(tokens, tokenizer, endsFrom)), tokenizer);
  yield { type: "done", text, tokens: [...tokens], passes };
}
