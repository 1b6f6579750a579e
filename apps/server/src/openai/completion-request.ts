import { z } from "zod";
import type { Limits } from "../limits.ts";
import { samplingShape } from "../texts/sampling-fields.ts";
import type { SamplingFields } from "../texts/sampling-fields.ts";

/** What is honoured of a request to OpenAI's completions, and `steps` and `top_k` beside it. */
export interface CompletionRequest extends SamplingFields {
  readonly prompt?: string | string[] | number[] | number[][] | null | undefined;
  readonly suffix?: string | null | undefined;
  readonly max_tokens?: number | null | undefined;
  readonly n?: number | null | undefined;
  readonly stop?: string | string[] | null | undefined;
  readonly stream?: boolean | null | undefined;
  readonly stream_options?: { readonly include_usage?: boolean | undefined } | null | undefined;
}

const stop = z.string().min(1).max(256);
const token = z.int().min(0);
const empty = z
  .record(z.string(), z.number())
  .refine(
    (biases) => Object.keys(biases).length === 0,
    "is not supported: logits are not changed: leave it out",
  );

/**
 * The schema of a request. A field that it does not know is refused by name, and so is one of OpenAI's that a diffusion
 * model cannot honour, unless it says what happens anyway.
 */
export function completionRequest(limits: Limits): z.ZodType<CompletionRequest> {
  return z.strictObject({
    ...samplingShape(limits),
    prompt: z
      .union(
        [z.string(), z.array(z.string()).min(1), z.array(token).min(1), z.array(z.array(token)).min(1)],
        {
          error: "must be a string, an array of strings, an array of token ids or an array of such arrays",
        },
      )
      .nullish()
      .describe("What the texts begin with; nothing unless given."),
    suffix: z.string().nullish().describe("What follows the completion: it is written to fit in between."),
    max_tokens: z.int().min(1).nullish().describe("Tokens to write; 16 unless given."),
    n: z.int().min(1).max(limits.texts).nullish().describe("Completions of each prompt; 1 unless given."),
    stop: z
      .union([stop, z.array(stop).max(4)], { error: "must be a non-empty string or at most 4 of them" })
      .nullish()
      .describe("The completion ends before the first of these."),
    stream: z.boolean().nullish(),
    stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
    user: z.string().nullish().describe("Ignored."),
    best_of: only(z.literal(1), "completions are not ranked: leave it out"),
    echo: only(z.literal(false), "the prompt is not repeated: leave it out"),
    frequency_penalty: only(
      z.literal(0),
      "tokens are written in parallel, none knows of repetition: leave it out",
    ),
    presence_penalty: only(
      z.literal(0),
      "tokens are written in parallel, none knows of repetition: leave it out",
    ),
    logit_bias: only(empty, "logits are not changed: leave it out"),
    logprobs: only(z.literal(false), "not told here: POST /v1/denoise tells the probability of each token"),
  });
}

/** A field that may say nothing but what is done anyway. */
function only(neutral: z.ZodType, reason: string): z.ZodType {
  return z.union([neutral, z.null()], { error: `is not supported: ${reason}` }).optional();
}
