import { createStream } from "@sdtt/core";
import type { Denoiser } from "@sdtt/core";
import { checkGuidance, createSequence } from "@sdtt/scheduler";
import type { AllowedTokens, RevealOptions } from "@sdtt/scheduler";
import type { LanguageModel } from "sdtt";
import type { Batcher } from "./batching/batcher.ts";
import type { DrawSetting } from "./batching/draw-setting.ts";
import type { TextReveal } from "./batching/text-reveal.ts";
import { ApiError } from "./errors/api-error.ts";

/** A model under the name that requests know it by. */
export interface ServedModel {
  readonly id: string;
  readonly model: LanguageModel;
  readonly denoiser: Denoiser;
  readonly batcher: Batcher;
  /** Tokens of a text at most. */
  readonly maxLength: number;
  /** Steps of a text at most. */
  readonly maxSteps: number;
}

/** Texts to write, in ids. */
export interface TextsPlan {
  readonly texts: readonly TextPlan[];
  readonly reveal: RevealOptions;
  readonly seed: number;
  readonly setting: DrawSetting;
}

export interface TextPlan {
  /** Ids, `[length]`, the mask where the model shall write. */
  readonly template: Int32Array;
  /** Positions that have to begin with the space of the words before them. */
  readonly allowed: AllowedTokens;
  /** Its number under the seed: text `i` is what `sample` of the library writes as its sample `i`. */
  readonly number: number;
}

/** Begins to write texts. Throws as `Batcher.submit`, and `usage` or ApiError 400 for reveal options out of range. */
export function submitTexts(
  { model, denoiser, batcher, maxSteps }: ServedModel,
  { texts, reveal, seed, setting }: TextsPlan,
  signal: AbortSignal,
): ReadableStream<TextReveal> {
  const { vocabSize, maskId } = denoiser;
  const seeded = createStream(seed);
  const sequences = texts.map(({ template, allowed, number }) =>
    createSequence({ template, allowed, vocabSize, maskId, stream: seeded.child(number), ...reveal }),
  );
  const { endOfTextId } = model.tokenizer;
  // The token that training texts begin with is no prompt.
  checkGuidance(
    setting.guidance,
    sequences.map(({ given, tokens }) => ({
      given: given.filter((position) => tokens[position] !== endOfTextId),
    })),
  );
  // Samplers without a grid tell how many passes they may take.
  const most = sequences.reduce((longest, sequence) => Math.max(longest, sequence.steps), 0);
  if (most > maxSteps + (reveal.correctorSteps ?? 0)) {
    throw new ApiError(
      400,
      `The ${reveal.sampler} sampler may take a pass for each of ${most} tokens, and ${maxSteps} steps are the most of a request: ask for fewer tokens or take another sampler.`,
      { param: "sampler" },
    );
  }
  return batcher.submit({ sequences, setting, signal });
}
