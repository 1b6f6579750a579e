import { randomUUID } from "node:crypto";
import { z } from "zod";
import { logprobs } from "./logprobs.ts";
import type { Logprobs } from "./logprobs.ts";

/** What all pieces of an answer have in common. */
export interface AnswerHead {
  readonly id: string;
  readonly object: "text_completion";
  readonly created: number;
  readonly model: string;
  readonly seed: number;
}

export interface CompletionChoice {
  readonly index: number;
  readonly text: string;
  readonly logprobs: Logprobs | null;
  readonly finish_reason: "stop" | "length" | null;
}

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** A piece of an answer. The last one has the usage and no choices. */
export interface CompletionPiece {
  readonly choices: readonly CompletionChoice[];
  readonly usage?: Usage | undefined;
}

const head = {
  id: z.string(),
  object: z.literal("text_completion"),
  created: z.int().describe("Seconds since 1970."),
  model: z.string(),
  seed: z
    .int()
    .describe("Beyond OpenAI's: the seed that the texts were written with, whether it was given or drawn."),
};

const choice: z.ZodType<CompletionChoice> = z.object({
  index: z.int(),
  text: z.string(),
  logprobs: logprobs.nullable().describe("Null unless asked for."),
  finish_reason: z
    .enum(["stop", "length"])
    .nullable()
    .describe(
      "stop: at a stop sequence, or where the model ended the text; length: all tokens were written. Null in all pieces of a stream but the last one of a choice.",
    ),
});

const usage: z.ZodType<Usage> = z.object({
  prompt_tokens: z.int().describe("Of all prompts, with their suffixes and beginning-of-text tokens."),
  completion_tokens: z.int(),
  total_tokens: z.int(),
});

/** A whole answer. */
export const completionAnswer: z.ZodType<AnswerHead & CompletionPiece> = z.object({
  ...head,
  choices: z.array(choice),
  usage,
});

/** A piece of a stream. */
export const completionChunk: z.ZodType<AnswerHead> = z.object({
  ...head,
  choices: z.array(choice),
  usage: usage
    .nullish()
    .describe("If it was asked for: null in all pieces but the last, which has no choices."),
});

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
