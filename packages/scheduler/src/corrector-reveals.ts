import type { RandomStream } from "@sdtt/core";
import type { RevealRule } from "./run-rule.ts";
import { spreadLevels } from "./spread-levels.ts";

/** A corrector step draws every so many-th position again. A power of two. */
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
 * Corrector steps after those of another rule: each masks a fourth of what was written, no two of any four neighbours, and draws
 * it again given all the rest. Four of them are a sweep of a blocked Gibbs sampler, in an order that is drawn for each.
 * Where the positions of a step do not depend on each other given the rest, a sweep leaves the model's distribution as it is; what a step of
 * the rule drew wrongly, because it drew much at once, it corrects. Predictor-corrector samplers: Campbell et al. 2022 (arXiv 2205.14987),
 * section 4.4; informed ones: Zhao et al. 2024 (arXiv 2407.21243).
 */
export function correctorReveals(options: CorrectorRevealsOptions): RevealRule {
  const { rule, steps: count, open, length, maskedAtStart, stream } = options;
  /** When in the sweep the positions of a remainder by the distance come. */
  let places = new Float64Array(distance);
  /** The first corrector step; known when the rule has nothing left to write. */
  let begin = Infinity;
  let isCorrecting = false;

  function settle(step: number, masked: readonly number[]): void {
    if (begin < Infinity) return;
    const end = rule.steps(step, masked);
    const isWritten = masked.length === 0 && !rule.isOpen?.(step);
    if (isWritten || step >= end) begin = Math.max(step, end);
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
      if (part === 0) places = drawOrder(stream.child((step - begin) / distance));
      const isLeft = new Set(masked);
      const chosen = open.filter((position) => places[position % distance] === part || isLeft.has(position));
      const positions = step < begin + count ? chosen : [];
      const sigma = -Math.log1p(-(positions.length / length) * maskedAtStart);
      return { positions, sigma, greedy: false };
    },
    keep: (positions, draws) => (isCorrecting ? [...positions.keys()] : rule.keep(positions, draws)),
    maskAgain: (step) => (step < begin ? (rule.maskAgain?.(step) ?? []) : []),
    isOpen: (step) => step < begin + count,
  };
}

/** When the positions of each remainder come, `[distance]`: a permutation such as 0, 2, 1, 3. */
function drawOrder(stream: RandomStream): Float64Array<ArrayBuffer> {
  const levels = spreadLevels({ length: distance, stream });
  return Float64Array.from(levels, (level) => Math.floor(level * distance));
}
