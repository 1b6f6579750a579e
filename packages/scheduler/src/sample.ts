import { SdttError } from "@sdtt/core";
import type { Denoiser, Nucleus } from "@sdtt/core";
import { checkPrecision } from "./answer-by-distribution.ts";
import type { PrecisionOptions } from "./answer-by-distribution.ts";
import { checkInteger, checkNumber, checkOneOf } from "./check.ts";
import { createSequence } from "./create-sequence.ts";
import { createGrid } from "./grid.ts";
import { checkGuidance, drawGuided, withoutPrompts } from "./guided-draw.ts";
import { lockStep } from "./lock-step.ts";
import type { SampleResult, StepBatch, StepEvent } from "./lock-step.ts";
import { checkReveal, revealOptionsOf } from "./reveal-options.ts";
import type { RevealOptions } from "./reveal-options.ts";
import { sampleChain } from "./sample-chain.ts";
import { logLinearSchedule } from "./schedules.ts";
import { ancestralStepProbabilities } from "./step-probabilities.ts";
import { prepareTexts } from "./texts.ts";
import type { Text, TextOptions } from "./texts.ts";

export interface SampleOptions extends TextOptions, RevealOptions, PrecisionOptions {
  readonly denoiser: Denoiser;
  /** Divides the logits; above 0, 1 unless given. The final pass over the left-overs takes the most likely token. */
  readonly temperature?: number | undefined;
  /** Keeps the most likely tokens up to this much probability; in (0, 1], 1 unless given. */
  readonly topP?: number | undefined;
  /** What top-p keeps: `reach` unless given; `within` is ReMDM's, without the token that crosses the share. */
  readonly nucleus?: Nucleus | undefined;
  /** Keeps this many of the most likely tokens; all unless given. */
  readonly topK?: number | undefined;
  /**
   * Classifier-free guidance, at least 0: how far the draws go beyond what the prompt, and all else that is given, does to the
   * model's distribution. Every step then takes two passes, one with the given tokens masked. None unless given.
   */
  readonly guidance?: number | undefined;
  /** Ends the sampler between two passes with an `aborted` error. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Samples texts from a masked diffusion model, step by step. The sampler decides where, the denoiser decides what: it
 * is asked for the rows of a step alone, and not at all in steps that reveal nothing.
 *
 * Throws `usage` at once for options out of range or at odds with each other.
 *
 * @returns a generator of what each step reveals; it returns the finished texts. `finishSampling` runs it to the end.
 */
export function sample(options: SampleOptions): AsyncGenerator<StepEvent, SampleResult> {
  checkReveal(options);
  checkPrecision(options);
  checkTruncation(options);
  const texts = prepareTexts(options, options.denoiser);
  return options.precision === "gumbel32" ? sampleByRace(options, texts) : sampleByPlan(options, texts);
}

function sampleByPlan(
  options: SampleOptions,
  texts: readonly Text[],
): AsyncGenerator<StepEvent, SampleResult> {
  const { denoiser, length, temperature, topP, topK, nucleus, guidance, signal } = options;
  const { vocabSize, maskId } = denoiser;
  const reveal = revealOptionsOf(options);
  const sequences = texts.map((text) => createSequence({ ...text, ...reveal, vocabSize, maskId }));
  checkGuidance(guidance, sequences);
  return lockStep({
    sequences,
    length,
    passesPerAnswer: guidance ? 2 : 1,
    answer: (step: StepBatch) => {
      const { greedy, sequences: asking, requests: _, step: __, ...asked } = step;
      const shape = greedy ? { topK: 1 } : { temperature, topP, topK, nucleus };
      const request = { ...asked, ...shape };
      if (!guidance) return denoiser.draw(request);
      const unprompted = withoutPrompts(
        request.tokens,
        asking.map((index) => sequences[index]!),
        maskId,
      );
      return drawGuided({ denoiser, request, unprompted, guidance });
    },
    signal,
  });
}

/** The original's step to the letter: float32 weights of all V outcomes at every masked position, raced. */
function sampleByRace(
  options: SampleOptions,
  texts: readonly Text[],
): AsyncGenerator<StepEvent, SampleResult> {
  const { denoiser, length, schedule = logLinearSchedule(), precision, rowsPerCall, signal } = options;
  const { vocabSize, maskId } = denoiser;
  const steps = options.steps!;
  const grid = createGrid(schedule, steps);
  return sampleChain({
    texts,
    length,
    grid,
    vocabSize,
    maskId,
    greedyEnd: true,
    precision,
    rowsPerCall,
    evaluate: (request) => denoiser.logProbs(request),
    distribution(logProbs, step, weights) {
      // The final pass is a step that leaves nothing masked.
      const maskedNext = step < steps ? grid.masked(step + 1) : 0;
      ancestralStepProbabilities({ logProbs, maskId, maskedNow: grid.masked(step), maskedNext }, weights);
    },
    signal,
  });
}

function checkTruncation(options: SampleOptions): void {
  const {
    denoiser,
    temperature = 1,
    topP = 1,
    topK = denoiser.vocabSize,
    precision,
    sampler = "ancestral",
    order,
    blocks = 1,
    correctorSteps = 0,
  } = options;
  checkNumber("temperature", temperature, { above: 0 });
  checkNumber("topP", topP, { above: 0, atMost: 1 });
  checkInteger("topK", topK, 1);
  checkOneOf("nucleus", options.nucleus ?? "reach", ["reach", "within"]);
  if (precision !== "gumbel32") return;
  const reshaped =
    options.temperature !== undefined || options.topP !== undefined || options.topK !== undefined;
  const isPublished = sampler === "ancestral" || sampler === "analytic";
  const isChanged =
    blocks > 1 || correctorSteps > 0 || options.finalPass === false || Boolean(options.guidance);
  if (reshaped || !isPublished || isChanged || (order !== undefined && order !== "random")) {
    throw new SdttError(
      "usage",
      "precision gumbel32 reproduces the published sampler, which has no temperature, top-p, top-k, order, blocks, " +
        "corrector steps, guidance or sampler but ancestral and analytic: leave these out or draw exactly.",
    );
  }
}
