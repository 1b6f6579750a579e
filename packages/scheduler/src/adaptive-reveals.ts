import type { RandomStream } from "@sdtt/core";
import type { RevealCriterion } from "./reveal-criteria.ts";
import type { RevealRule } from "./run-rule.ts";
import { maskProbability } from "./schedules.ts";
import type { Schedule } from "./schedules.ts";

export interface AdaptiveRevealsOptions {
  readonly criterion: RevealCriterion;
  readonly schedule: Schedule;
  readonly length: number;
  readonly stream: RandomStream;
}

/**
 * Reveals as the answers allow: every pass asks at all masked positions, and a criterion says how many of the draws stand,
 * at least one. How many passes a text takes is known when it is done.
 */
export function adaptiveReveals(options: AdaptiveRevealsOptions): RevealRule {
  const { criterion, schedule, length, stream } = options;
  const maskedAtStart = maskProbability(schedule, 1);
  /** Decides between equals: all rows of a text of masks have one distribution, and the first of them would always be the first. */
  const priorities = new Float64Array(length);
  return {
    steps: (stepsDone, masked) => stepsDone + masked.length,
    mask(position, stepsDone) {
      const uniforms = stepsDone === 0 ? stream : stream.child(stepsDone);
      priorities[position] = uniforms.uniform(position);
    },
    nextToAsk: (step) => step,
    ask: (_step, masked) => ({
      positions: masked,
      sigma: -Math.log1p(-(masked.length / length) * maskedAtStart),
      greedy: false,
      entropies: criterion.entropies,
    }),
    keep(positions, draws) {
      const doubts = criterion.doubts(draws);
      const surest = [...positions.keys()].sort(
        (a, b) => doubts[a]! - doubts[b]! || priorities[positions[b]!]! - priorities[positions[a]!]!,
      );
      const count = Math.max(1, criterion.standing(surest.map((i) => doubts[i]!)));
      return surest.slice(0, count).sort((a, b) => a - b);
    },
  };
}
