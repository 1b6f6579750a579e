import type { ScoreModel } from "@sdtt/core";
import { checkPrecision } from "./answer-by-distribution.ts";
import type { PrecisionOptions } from "./answer-by-distribution.ts";
import { checkInteger, checkOneOf } from "./check.ts";
import { createGrid } from "./grid.ts";
import type { SampleResult, StepEvent } from "./lock-step.ts";
import { sampleChain } from "./sample-chain.ts";
import { logLinearSchedule } from "./schedules.ts";
import type { Schedule } from "./schedules.ts";
import { analyticFactor, eulerFactor, scoreStepProbabilities } from "./step-probabilities.ts";
import { prepareTexts } from "./texts.ts";
import type { TextOptions } from "./texts.ts";

export interface SampleScoreOptions extends TextOptions, PrecisionOptions {
  readonly model: ScoreModel;
  /** At least 1. */
  readonly steps: number;
  /** `analytic` unless given: Tweedie tau-leaping. `euler` is its first order, worse at few steps. */
  readonly predictor?: "analytic" | "euler" | undefined;
  /** Log-linear unless given. */
  readonly schedule?: Schedule | undefined;
  /** Ends the sampler between two passes with an `aborted` error. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Samples texts from a SEDD (Lou et al. 2024, section 4), step by step. Whether a position is
 * revealed depends on the score, so every step asks at every masked position. A last pass draws the left-overs from the
 * score at the end of the grid, the mask excluded.
 *
 * Throws `usage` at once for options out of range.
 *
 * @returns a generator of what each step reveals; it returns the finished texts. `finishSampling` runs it to the end.
 */
export function sampleScore(options: SampleScoreOptions): AsyncGenerator<StepEvent, SampleResult> {
  const { model, length, steps, predictor = "analytic", schedule = logLinearSchedule() } = options;
  const { precision, rowsPerCall, signal } = options;
  const { vocabSize, maskId } = model;
  checkInteger("steps", steps, 1);
  checkOneOf("predictor", predictor, ["analytic", "euler"]);
  checkPrecision(options);
  const texts = prepareTexts(options, model);
  const grid = createGrid(schedule, steps);

  function factorOf(step: number): number {
    if (step === steps) return analyticFactor(grid.sigma(step), 0);
    return predictor === "euler"
      ? eulerFactor(grid.time(step) - grid.time(step + 1), schedule.rate(grid.time(step)))
      : analyticFactor(grid.sigma(step), grid.sigma(step + 1));
  }

  return sampleChain({
    texts,
    length,
    grid,
    vocabSize,
    maskId,
    greedyEnd: false,
    precision,
    rowsPerCall,
    evaluate: (request) => model.logScore(request),
    distribution(logScore, step, weights) {
      scoreStepProbabilities({ logScore, maskId, factor: factorOf(step) }, weights);
      if (step === steps) weights[maskId] = 0;
    },
    signal,
  });
}
