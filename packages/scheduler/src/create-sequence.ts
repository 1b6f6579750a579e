import { SdttError } from "@sdtt/core";
import type { RandomStream } from "@sdtt/core";
import type { AllowedTokens } from "./allowed-tokens.ts";
import { checkInteger, checkOneOf } from "./check.ts";
import { plannedReveals } from "./planned-reveals.ts";
import type { RevealOrder } from "./planned-reveals.ts";
import { firstHittingTimes, gridTimes } from "./reveal-times.ts";
import { runRule } from "./run-rule.ts";
import { logLinearSchedule } from "./schedules.ts";
import type { Schedule } from "./schedules.ts";
import type { Sequence, SequenceProjection } from "./sequence.ts";

/**
 * `ancestral` and `analytic` walk a grid of times and are one law, so that they give the same text. `first-hitting` is
 * the chain in continuous time: a pass for every position, the limit of many steps.
 */
export type Sampler = "ancestral" | "analytic" | "first-hitting";

/** When and in which order a sequence is revealed. */
export interface RevealOptions {
  /** Steps on the grid, at least 1. Needed, but refused with `first-hitting`, which takes one per masked position. */
  readonly steps?: number | undefined;
  /** `ancestral` unless given. */
  readonly sampler?: Sampler | undefined;
  /** Log-linear unless given. */
  readonly schedule?: Schedule | undefined;
  /**
   * `random` unless given. `confidence` reveals as many positions a step, but those whose draws are the likeliest. It
   * asks at all masked positions, it is not the law of the chain, and it hurts models of this family: text repeats
   * itself, its entropy falls.
   */
  readonly order?: RevealOrder | undefined;
}

export interface SequenceOptions extends RevealOptions {
  /** Ids, `[length]`; the mask where the sampler shall write. */
  readonly template: Int32Array;
  readonly vocabSize: number;
  readonly maskId: number;
  /** The sequence's own stream. */
  readonly stream: RandomStream;
  readonly project?: SequenceProjection | undefined;
  /** What single positions may become. */
  readonly allowed?: AllowedTokens | undefined;
}

/**
 * A sequence whose reveal plan is drawn beforehand, the exact law of the chain of `sampler`. Throws `usage` for options
 * out of range.
 */
export function createSequence(options: SequenceOptions): Sequence {
  const { template, vocabSize, maskId, stream, project, allowed } = options;
  checkReveal(options);
  const { steps, sampler = "ancestral", schedule = logLinearSchedule(), order = "random" } = options;
  const rule = plannedReveals({
    times: sampler === "first-hitting" ? firstHittingTimes(schedule) : gridTimes(schedule, steps!),
    order,
    length: template.length,
    stream: stream.child("reveal"),
  });
  return runRule({ rule, template, vocabSize, maskId, stream, project, allowed });
}

/** Refuses contradictory or impossible wishes. */
export function checkReveal({ steps, sampler = "ancestral", order = "random" }: RevealOptions): void {
  checkOneOf("sampler", sampler, ["ancestral", "analytic", "first-hitting"]);
  checkOneOf("order", order, ["random", "confidence"]);
  if (sampler !== "first-hitting") {
    checkInteger("steps", steps ?? Number.NaN, 1);
  } else if (steps !== undefined) {
    throw new SdttError(
      "usage",
      `The first-hitting sampler takes one step per masked position; got steps = ${steps}: leave it out.`,
    );
  }
}
