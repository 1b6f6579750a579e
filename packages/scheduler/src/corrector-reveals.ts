import type { RandomStream } from "@sdtt/core";
import type { RevealRule } from "./run-rule.ts";
import { spreadLevels } from "./spread-levels.ts";

/** A corrector step draws every so many-th position anew. */
const distance = 4;

export interface CorrectorRevealsOptions {
  /** What writes the text. It leaves nothing masked to a final pass. */
  readonly rule: RevealRule;
  /** At least 1. */
  readonly steps: number;
  /** The positions to write, in ascending order. */
  readonly open: readonly number[];
  /** Positions of the text. */
  readonly length: number;
  /** The probability of being masked at the start. */
  readonly maskedAtStart: number;
  readonly stream: RandomStream;
}

/**
 * Corrector steps behind those of another rule: each masks a fourth of what was written, no two of any four neighbours, and draws
 * it anew given all the rest. Four of them are a sweep of a blocked Gibbs sampler, over parts that are dealt out anew for each.
 * Where the positions of a step do not depend on each other given the rest, a sweep leaves the model's law as it is; what a step of
 * the rule drew wrongly, because it drew much at once, it mends. Predictor-corrector samplers: Campbell et al. 2022 (arXiv 2205.14987),
 * section 4.4; informed ones: Zhao et al. 2024 (arXiv 2407.21243).
 */
export function correctorReveals(options: CorrectorRevealsOptions): RevealRule {
  const { rule, steps: count, open, length, maskedAtStart, stream } = options;
  const parts = new Int32Array(length);
  /** The first corrector step; known when the rule has nothing left to write. */
  let begin = Infinity;
  let isCorrecting = false;

  function settle(step: number, masked: readonly number[]): void {
    if (begin < Infinity) return;
    const end = rule.steps(step, masked);
    const isWritten = masked.length === 0 && !rule.isOpen?.(step);
    if (isWritten || step >= end) begin = Math.max(step, end);
  }

  function dealOut(sweep: number): void {
    const levels = spreadLevels({ length, stream: stream.child(sweep) });
    for (let position = 0; position < length; position++) {
      parts[position] = Math.floor(levels[position]! * distance);
    }
  }

  return {
    steps(stepsDone, masked) {
      settle(stepsDone, masked);
      return (begin < Infinity ? begin : rule.steps(stepsDone, masked)) + count;
    },
    mask(position, stepsDone) {
      if (stepsDone < begin) rule.mask(position, stepsDone);
    },
    nextToAsk(step, masked) {
      const isWritten = masked.length === 0 && !rule.isOpen?.(step);
      if (step >= begin || isWritten) return Math.max(step, begin);
      return rule.nextToAsk(step, masked);
    },
    ask(step, masked) {
      isCorrecting = step >= begin;
      if (!isCorrecting) return rule.ask(step, masked);
      const part = (step - begin) % distance;
      if (part === 0) dealOut((step - begin) / distance);
      const isLeft = new Set(masked);
      const chosen = open.filter((position) => parts[position] === part || isLeft.has(position));
      const positions = step < begin + count ? chosen : [];
      const sigma = -Math.log1p(-(positions.length / length) * maskedAtStart);
      return { positions, sigma, greedy: false };
    },
    keep: (positions, draws) => (isCorrecting ? [...positions.keys()] : rule.keep(positions, draws)),
    maskAgain: (step) => (step < begin ? (rule.maskAgain?.(step) ?? []) : []),
    isOpen: (step) => step < begin + count,
  };
}
