import { z } from "zod";
import type { Limits } from "../limits.ts";
import { samplingShape } from "../texts/sampling-fields.ts";
import type { SamplingFields } from "../texts/sampling-fields.ts";
import { neutralShape, noEffect } from "./neutral-fields.ts";

/** What is honoured of a request to OpenAI's completions, and `steps` and `top_k` beside it, as the schema leaves it. */
export interface CompletionRequest extends SamplingFields {
  readonly prompt?: string | string[] | number[] | number[][] | null | undefined;
  readonly suffix?: string | null | undefined;
  /** -1 for as many as fit. */
  readonly max_tokens?: number | null | undefined;
  readonly n?: number | null | undefined;
  readonly best_of?: number | null | undefined;
  readonly stop?: string[] | undefined;
  readonly echo?: boolean | null | undefined;
  readonly logprobs?: number | false | null | undefined;
  readonly stream?: boolean | null | undefined;
  readonly stream_options?: { readonly include_usage?: boolean | null | undefined } | null | undefined;
}

const stop = z.string().max(256);
const token = z.int().min(0);
const positive = "must be a whole number from 1, or -1 for as many as fit";

/**
 * The schema of a request. A field that it does not know is refused by name, and so is one of OpenAI's that a diffusion
 * model cannot honour, unless it says what happens anyway.
 */
export function completionRequest(limits: Limits): z.ZodType<CompletionRequest> {
  const request = z
    .strictObject({
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
      max_tokens: z
        .union([z.int().min(1, positive), z.literal(-1)], { error: positive })
        .nullish()
        .describe("Tokens to write; 16 unless given, -1 for as many as fit."),
      n: z.int().min(1).max(limits.texts).nullish().describe("Completions of each prompt; 1 unless given."),
      best_of: z
        .int()
        .nullish()
        .meta({ description: "1 or n: completions are not ranked", [noEffect]: true }),
      stop: z
        .union([stop, z.array(stop).max(4)], { error: "must be a string or at most 4 of them" })
        .nullish()
        .transform((stop) => [stop ?? []].flat().filter((text) => text !== ""))
        .describe(
          "The completion ends before the one of these that is complete first. Empty ones have no effect.",
        ),
      echo: z.boolean().nullish().describe("Whether the text begins with the prompt."),
      logprobs: z
        .union([z.int().min(0).max(5), z.literal(false)], {
          error: "must be a number from 0 to 5: each tells the log-probability of the tokens that were drawn",
        })
        .nullish()
        .describe(
          "Tells the log-probability of each token, the model's at temperature 1 when it was drawn. The alternatives to it (top_logprobs) are not known, whatever the number.",
        ),
      stream: z.boolean().nullish(),
      stream_options: z
        .object({ include_usage: z.boolean().nullish() })
        .nullish()
        .describe("include_usage: whether the stream ends with the usage. The rest has no effect."),
      ...neutralShape(),
    })
    .refine(({ best_of: bestOf, n }) => bestOf == null || bestOf === 1 || bestOf === (n ?? 1), {
      path: ["best_of"],
      error: "is not supported: completions are not ranked: leave it out",
    });
  return z.preprocess(dropNulls, request) as z.ZodType<CompletionRequest>;
}

/** A field that is null says nothing, whether it is known or not. */
function dropNulls(body: unknown): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}
