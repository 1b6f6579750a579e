import { randomUUID } from "node:crypto";
import type { Logprobs } from "./logprobs.ts";

/** What all pieces of an answer have in common. */
export interface AnswerHead {
  readonly id: string;
  readonly object: "text_completion";
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
  /** Beyond OpenAI's: the seed that the texts were written with, whether it was given or drawn. */
  readonly seed: number;
}

/** A piece of an answer. The last one has the usage and no choices. */
export interface CompletionPiece {
  readonly choices: readonly CompletionChoice[];
  readonly usage?: Usage;
}

export interface CompletionChoice {
  readonly index: number;
  readonly text: string;
  /** Null unless asked for. */
  readonly logprobs: Logprobs | null;
  readonly finish_reason: "stop" | "length" | null;
}

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

export function answerHead(model: string, seed: number): AnswerHead {
  const created = Math.floor(Date.now() / 1000);
  return { id: `cmpl-${randomUUID()}`, object: "text_completion", created, model, seed };
}

export function usageOf(promptTokens: number, completionTokens: number): Usage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}
