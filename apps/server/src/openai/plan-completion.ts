import type { Tokenizer } from "@sdtt/tokenizer";
import { encodeTemplate } from "sdtt";
import type { EncodedTemplate, LanguageModel } from "sdtt";
import { ApiError } from "../errors/api-error.ts";
import type { TextPlan, TextsPlan } from "../served-model.ts";
import { putBos } from "../texts/put-bos.ts";
import { drawSetting, revealOptions, seedOf } from "../texts/sampling-fields.ts";
import type { CompletionRequest } from "./completion-request.ts";

/** What is to be written for a request: its choices, in the order of their index. */
export interface CompletionPlan extends TextsPlan {
  readonly texts: readonly ChoicePlan[];
  readonly stops: readonly string[];
  readonly ignoreEos: boolean;
  readonly logprobs: boolean;
  /** Of all prompts, each once, with its suffix and the beginning-of-text token if it has one. */
  readonly promptTokens: number;
}

interface ChoicePlan extends TextPlan {
  /** The positions of the completion, the last one excluded. */
  readonly begin: number;
  readonly end: number;
  /** What the prompt ends with and the first token begins with: it is not part of the completion. */
  readonly rest: string;
  /** The prompt, where its text is to be repeated. */
  readonly echo: Echo | undefined;
}

/** A prompt as it was sent. */
interface Echo {
  readonly text: string;
  readonly ids: Int32Array;
}

export interface CompletionBounds {
  readonly model: Pick<LanguageModel, "description" | "tokenizer" | "samplingDefaults">;
  /** Tokens of a text at most. */
  readonly maxLength: number;
  /** Texts of a request at most. */
  readonly maxTexts: number;
}

/** Texts get room in steps of so many tokens: those that differ by a few then have one length, and share their passes. */
const lengthStep = 16;

/**
 * Lays each prompt, room for the completion and the suffix side by side, and some room that nobody will read after it,
 * up to the next length that many share. Choice `j` of a prompt is text `j` of the seed, whatever it was sent with.
 *
 * @throws ApiError 400 naming the field.
 */
export function planCompletion(request: CompletionRequest, bounds: CompletionBounds): CompletionPlan {
  const { model, maxLength, maxTexts } = bounds;
  const { tokenizer } = model;
  const { max_tokens: maxTokens, n, add_bos: addBos, ignore_eos: ignoreEos } = request;
  const prompts = listPrompts(request.prompt ?? "");
  const count = n ?? 1;
  if (prompts.length * count > maxTexts) {
    throw new ApiError(
      400,
      `${prompts.length} prompts times n = ${count} is more than the ${maxTexts} texts a request may ask for.`,
      { param: prompts.length > 1 ? "prompt" : "n" },
    );
  }
  // What is written after it nobody reads: a space at its end is left to that.
  const after = tokenizer.encodeOpen(request.suffix ?? "", { continues: true }).ids;
  let promptTokens = 0;
  const texts = prompts.flatMap((prompt) => {
    const encoded = encodePrompt(prompt, tokenizer);
    const echo = request.echo ? echoOf(prompt, encoded.ids, tokenizer) : undefined;
    const { ids: before, allowed, rest } = putBos(encoded, addBos, model);
    promptTokens += before.length + after.length;
    const room = maxTokens === -1 ? Math.max(1, maxLength - before.length - after.length) : (maxTokens ?? 16);
    const template = layOut({ before, room, after, maxLength, maskId: tokenizer.maskId });
    const [begin, end] = [before.length, before.length + room];
    const choice = { template, allowed, begin, end, rest, echo };
    return Array.from({ length: count }, (_, number) => ({ ...choice, number }));
  });
  return {
    texts,
    reveal: revealOptions(request, model),
    seed: seedOf(request, model),
    setting: drawSetting(request, model),
    stops: request.stop ?? [],
    ignoreEos: ignoreEos ?? false,
    logprobs: typeof request.logprobs === "number",
    promptTokens,
  };
}

function listPrompts(prompt: NonNullable<CompletionRequest["prompt"]>): (string | number[])[] {
  if (typeof prompt === "string") return [prompt];
  return typeof prompt[0] === "number" ? [prompt as number[]] : (prompt as (string | number[])[]);
}

function encodePrompt(prompt: string | number[], tokenizer: Tokenizer): EncodedTemplate {
  if (typeof prompt === "string") return encodeTemplate([prompt], tokenizer, { goesOn: true });
  const outside = prompt.find((id) => id >= tokenizer.vocabSize);
  if (outside === undefined) return { ids: Int32Array.from(prompt), allowed: new Map(), rest: "" };
  throw new ApiError(
    400,
    `prompt holds the token id ${outside}; this model's ids go from 0 to ${tokenizer.vocabSize - 1}.`,
    { param: "prompt" },
  );
}

function echoOf(prompt: string | number[], ids: Int32Array, tokenizer: Tokenizer): Echo {
  return { text: typeof prompt === "string" ? prompt : tokenizer.decode(prompt), ids };
}

interface Layout {
  readonly before: Int32Array;
  readonly room: number;
  readonly after: Int32Array;
  readonly maxLength: number;
  readonly maskId: number;
}

function layOut({ before, room, after, maxLength, maskId }: Layout): Int32Array {
  const needed = before.length + room + after.length;
  if (needed > maxLength) {
    throw new ApiError(
      400,
      `A text holds at most ${maxLength} tokens; these are ${needed}: ${before.length} before the completion, ${room} to write, ${after.length} of the suffix.`,
      { param: room > maxLength ? "max_tokens" : "prompt", code: "context_length_exceeded" },
    );
  }
  const length = Math.min(maxLength, Math.ceil(needed / lengthStep) * lengthStep);
  const template = new Int32Array(length).fill(maskId);
  template.set(before);
  template.set(after, before.length + room);
  return template;
}
