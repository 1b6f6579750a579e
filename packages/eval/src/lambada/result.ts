import { perplexityOf } from "../finite.ts";
import { mean, standardError } from "../statistics.ts";

export interface Lambada {
  /** How it was measured, in words. */
  readonly protocol: string;
  /** The share of passages of which every token of the last word is the likeliest. */
  readonly accuracy: number;
  /** exp of `nats`: of a word, not of a token. For a diffusion model an upper bound. */
  readonly perplexity: number;
  /** Of the last word given the rest, summed over its tokens, the mean over passages. */
  readonly nats: number;
  /** Of `nats`, over passages. NaN for one. */
  readonly standardError: number;
  readonly passages: number;
}

/** What was found of one passage. */
export interface Answer {
  readonly isRight: boolean;
  readonly nats: number;
}

/** Throws `numeric` where the perplexity is not finite. */
export function summarise(answers: readonly Answer[], protocol: string): Lambada {
  const all = answers.map(({ nats }) => nats);
  const nats = mean(all);
  return {
    protocol,
    accuracy: mean(answers.map(({ isRight }) => Number(isRight))),
    perplexity: perplexityOf(nats),
    nats,
    standardError: standardError(all),
    passages: answers.length,
  };
}
