import type { Denoiser, ScoreModel } from "@sdtt/core";
import type { DenoiserDescription } from "@sdtt/models";
import type { Device } from "@sdtt/runtime";
import type { RevealOrder, Sampler, TextProjection } from "@sdtt/scheduler";
import type { Tokenizer } from "@sdtt/tokenizer";
import type { Template } from "./template.ts";

/** A masked diffusion language model, ready to write. */
export interface LanguageModel extends AsyncDisposable {
  /** What it was loaded as. */
  readonly name: string;
  readonly description: DenoiserDescription;
  /** How many numbers it was trained to. */
  readonly parameterCount: number;
  readonly tokenizer: Tokenizer;
  /** The network under the texts: a law for MDLM and SDTT, a score for SEDD. */
  readonly network: Denoiser | ScoreModel;
  /** Where it computes. */
  readonly device: Device;
  /** Writes texts. Throws `usage` for options out of range, `aborted` if the signal fires. */
  sample(options?: TextSampleOptions): Promise<TextSample>;
  /** As `sample`, step by step. Steps that reveal nothing have no event. */
  stream(options?: TextSampleOptions): AsyncGenerator<TextSampleStep, TextSample>;
}

export interface TextSampleOptions {
  /** How many texts; 1 unless given. */
  readonly samples?: number | undefined;
  /** Steps of the diffusion; 32 unless given. More cost more and read better. */
  readonly steps?: number | undefined;
  /** Tokens of each text: the template's unless given, else what the model was trained on. Longer works, less well. */
  readonly length?: number | undefined;
  /** An integer from 0 to 2^53 - 1; drawn at random unless given, and told in the result. */
  readonly seed?: number | undefined;
  /** What the text begins with: words, or ids. */
  readonly prompt?: string | ArrayLike<number> | undefined;
  /** A text with gaps to fill instead of a beginning to go on from. `parseTemplate` reads one. */
  readonly template?: Template | undefined;
  /** Divides the logits; above 0. 1 unless given. */
  readonly temperature?: number | undefined;
  /** Keeps the likeliest tokens up to this probability, in (0, 1]. 1 unless given. */
  readonly topP?: number | undefined;
  /** Keeps this many of the likeliest tokens. All unless given. */
  readonly topK?: number | undefined;
  /** `ancestral` unless given; SEDD models take `analytic` (theirs unless given) and `euler`. */
  readonly sampler?: Sampler | "euler" | undefined;
  /** `random` unless given; see the scheduler on why. */
  readonly order?: RevealOrder | undefined;
  /** `gumbel32` repeats the float32 race of the original, for its published numbers. `exact` unless given. */
  readonly precision?: "exact" | "gumbel32" | undefined;
  /** Puts the end-of-text token first, as training blocks have it. */
  readonly addBos?: boolean | undefined;
  /** Puts it last. */
  readonly addEos?: boolean | undefined;
  /** The original's `project_fn`: a last word on the ids before the first step and after each. */
  readonly project?: TextProjection | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TextSample {
  readonly texts: readonly string[];
  /** Ids of each text, `[length]`. */
  readonly tokens: readonly Int32Array[];
  /** Forward passes (NFE). */
  readonly passes: number;
  readonly seed: number;
}

export interface TextSampleStep {
  /** Counts from 1. */
  readonly step: number;
  readonly steps: number;
  /** Forward passes so far (NFE). */
  readonly passes: number;
  /** What the step wrote. */
  readonly revealed: readonly RevealedToken[];
  /** Ids of each text after the step, the mask where it is not written yet. */
  readonly tokens: readonly Int32Array[];
}

export interface RevealedToken {
  /** Which of the texts. */
  readonly sample: number;
  readonly position: number;
  readonly id: number;
  /** Its log-probability when it was drawn, under the model at temperature 1. */
  readonly logProb: number;
}
