import { createStream } from "@sdtt/core";
import type { Denoiser } from "@sdtt/core";
import { createSequence } from "@sdtt/scheduler";
import type { AllowedTokens } from "@sdtt/scheduler";
import type { LanguageModel } from "sdtt";
import type { Batcher } from "./batching/batcher.ts";
import type { DrawSetting } from "./batching/draw-setting.ts";
import type { TextReveal } from "./batching/text-reveal.ts";

/** A model under the name that requests know it by. */
export interface ServedModel {
  readonly id: string;
  readonly model: LanguageModel;
  readonly denoiser: Denoiser;
  readonly batcher: Batcher;
  /** Tokens of a text at most. */
  readonly maxLength: number;
}

/** Texts to write, in ids. */
export interface TextsPlan {
  readonly texts: readonly TextPlan[];
  readonly steps: number;
  readonly seed: number;
  readonly setting: DrawSetting;
}

export interface TextPlan {
  /** Ids, `[length]`, the mask where the model shall write. */
  readonly template: Int32Array;
  /** Positions that have to begin with the blank of the words before them. */
  readonly allowed: AllowedTokens;
  /** Its number under the seed: text `i` is what `sample` of the library writes as its sample `i`. */
  readonly number: number;
}

/** Begins to write texts. Throws as `Batcher.submit`. */
export function submitTexts(
  { denoiser, batcher }: ServedModel,
  { texts, steps, seed, setting }: TextsPlan,
  signal: AbortSignal,
): ReadableStream<TextReveal> {
  const { vocabSize, maskId } = denoiser;
  const seeded = createStream(seed);
  const sequences = texts.map(({ template, allowed, number }) =>
    createSequence({ template, allowed, vocabSize, maskId, stream: seeded.child(number), steps }),
  );
  return batcher.submit({ sequences, setting, signal });
}
