import type { SamplingDefaults } from "@sdtt/checkpoint";
import type { Denoiser, Nucleus, ScoreModel } from "@sdtt/core";
import type { DenoiserDescription } from "@sdtt/models";
import type { Device } from "@sdtt/engine";
import type { RevealOrder, Sampler, TextProjection } from "@sdtt/scheduler";
import type { Tokenizer } from "@sdtt/tokenizer";
import type { Template } from "./template.ts";

/**
 * A masked diffusion language model, ready to write.
 *
 * `loadModel` gives one whose network hands out more than its distribution: `hiddenRows` and raw `logits`, and for MDLM and SDTT the
 * way from the first to log-probabilities (`logProbsOfHidden`).
 */
export interface LanguageModel<
  Network extends Denoiser | ScoreModel = Denoiser | ScoreModel,
> extends AsyncDisposable {
  /** What it was loaded as. */
  readonly name: string;
  readonly description: DenoiserDescription;
  /** How many numbers it was trained to. */
  readonly parameterCount: number;
  readonly tokenizer: Tokenizer;
  /** The network under the texts: a distribution for MDLM and SDTT, a score for SEDD. */
  readonly network: Network;
  /** What texts are drawn with where a request does not say. Empty for SEDD, which takes none. */
  readonly samplingDefaults: SamplingDefaults;
  /** Where it computes. */
  readonly device: Device;
  /**
   * Writes texts. Throws `usage` for options out of range, `aborted` if the signal fires, `numeric` with the step if a weight
   * or what the network makes of it is not finite.
   */
  sample(options?: TextSampleOptions): Promise<TextSample>;
  /** As `sample`, step by step. Steps that reveal nothing have no event. */
  stream(options?: TextSampleOptions): AsyncGenerator<TextSampleStep, TextSample>;
}

export interface TextSampleOptions {
  /** How many texts; 1 unless given. */
  readonly samples?: number | undefined;
  /**
   * Steps of the diffusion; 32 unless given. More cost more and read better. Of samplers with a grid of steps alone; those that mask
   * again take at least 3, `remdm-loop` 4.
   */
  readonly steps?: number | undefined;
  /**
   * Tokens of each text, beginning-of-text and end-of-text tokens among them: the template's unless given, else what the
   * model was trained on. Longer works, less well.
   */
  readonly length?: number | undefined;
  /**
   * An integer from 0 to 2^53 - 1, told in the result. Drawn at random unless given; 0 where the likeliest tokens are taken
   * (`temperature: 0` or `topK: 1`), so that the text is the same each time.
   */
  readonly seed?: number | undefined;
  /** The number, under its seed, of the first text; 0 unless given. Text 5 is the same alone and as the sixth of a batch. */
  readonly sequenceOffset?: number | undefined;
  /** What the text begins with: words, or ids. A space at the end of words belongs to the first token that is written. */
  readonly prompt?: string | ArrayLike<number> | undefined;
  /** A text with gaps to fill instead of a prompt to continue. `parseTemplate` reads one. */
  readonly template?: Template | undefined;
  /** Divides the logits; 0 takes the likeliest tokens. What the model recommends unless given, else 1. */
  readonly temperature?: number | undefined;
  /** Keeps the likeliest tokens up to this probability, in (0, 1]. What the model recommends unless given, else 1. */
  readonly topP?: number | undefined;
  /** What top-p keeps: the fewest tokens that `reach` it, unless given; `within` leaves out the one that crosses it, as ReMDM's code. */
  readonly nucleus?: Nucleus | undefined;
  /** Keeps this many of the likeliest tokens. All unless given. */
  readonly topK?: number | undefined;
  /** `ancestral` unless given; SEDD models take `analytic` (theirs unless given) and `euler`. */
  readonly sampler?: Sampler | "euler" | undefined;
  /** Of the sampler `entropy-bounded`: nats that the positions of a pass stay below, at least 0; 0.1 unless given. */
  readonly gamma?: number | undefined;
  /** Of the sampler `confidence-threshold`: the probability from which a draw stands, in (0, 1]; 0.9 unless given. */
  readonly threshold?: number | undefined;
  /** Of the sampler `confidence-factor`, at least 0: greater values take fewer passes; 1 unless given. */
  readonly factor?: number | undefined;
  /**
   * Of the samplers `remdm-cap` and `remdm-loop`: the probability that a step masks a written token again; of `remdm-rescale`: the
   * part of the greatest that the step allows. In [0, 1], of `remdm-loop` at most 1/9; 0.02 unless given.
   */
  readonly eta?: number | undefined;
  /** Of the sampler `psi`, in [0, 1]: smaller values mask more again, 1 none; 0.98 unless given. */
  readonly kappa?: number | undefined;
  /**
   * Of samplers with steps: whether what the last leaves masked takes its likeliest token in one more pass, as published, or the last
   * step draws it. True unless given; false with blocks.
   */
  readonly finalPass?: boolean | undefined;
  /**
   * Steps after those that write, each of which masks a fourth of the text, no two neighbours, and draws it again given the rest: they correct
   * what was drawn at once, and each takes a pass. With 4 every word has been looked at once more. From 0 to 65,536. Unless given, what the
   * model recommends, but at most half of the `steps`, for the samplers `ancestral` and `analytic`, else 0.
   */
  readonly correctorSteps?: number | undefined;
  /** Writes the text in so many blocks from left to right, which share the steps; 1, the whole text at once, unless given. */
  readonly blocks?: number | undefined;
  /**
   * Classifier-free guidance, at least 0: how far the text goes beyond what the prompt, or the words of the template, does to the
   * model's distribution. Each step then takes two passes. None unless given. Needs a prompt or a template.
   */
  readonly guidance?: number | undefined;
  /** `random` unless given; see the scheduler on why. */
  readonly order?: RevealOrder | undefined;
  /**
   * `gumbel32` repeats the float32 race of the original, for its published numbers, and takes none of the model's sampling
   * defaults. `exact` unless given.
   */
  readonly precision?: "exact" | "gumbel32" | undefined;
  /**
   * Puts the end-of-text token first, as training texts have it; it is one of the `length`. Unless given, texts with a
   * prompt or a template get it from models that were trained so, and others where the model recommends it. Without it a text
   * begins anywhere, as the published samples do: rotary positions are relative, so nothing tells a model where a text that is
   * all masks begins.
   */
  readonly addBos?: boolean | undefined;
  /** Puts it last. */
  readonly addEos?: boolean | undefined;
  /** Whether a text continues after an end of text that the model writes after what is given; not unless given. */
  readonly ignoreEos?: boolean | undefined;
  /** The original's `project_fn`: a last word on the ids before the first step and after each. */
  readonly project?: TextProjection | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TextSample {
  /**
   * The texts as people read them, without end-of-text tokens. One with a prompt, a template or `addBos` ends at the first that was
   * written after what is given. Any other, and one with `ignoreEos`, is shown whole: an empty line parts its documents. `tokenizer.decode` writes the ids out as they are.
   */
  readonly texts: readonly string[];
  /** Ids of each text, `[length]`. */
  readonly tokens: readonly Int32Array[];
  /** How many of its ids each text goes to: the position of the end-of-text token that ends it, or its length. */
  readonly ends: readonly number[];
  /** Forward passes (NFE) over all texts: one for each step that writes, two with guidance. */
  readonly passes: number;
  /** Those of each text: with adaptive samplers each takes as many as it needs, the same alone and in any batch. */
  readonly passesPerText: readonly number[];
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
  /** How many of its ids each text goes to, as far as that is known. */
  readonly ends: readonly number[];
}

export interface RevealedToken {
  /** Which of the texts. */
  readonly sample: number;
  readonly position: number;
  readonly id: number;
  /** Its log-probability when it was drawn, under the model at temperature 1. */
  readonly logProb: number;
}
