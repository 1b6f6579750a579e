import { createGrid } from "./grid.ts";
import { maskProbability } from "./schedules.ts";
import type { Schedule } from "./schedules.ts";

/**
 * When the positions of a sequence are revealed, whatever the model says. As time runs from 1 to 0 the probability of
 * being masked falls from its value at time 1 to 0; the ratio of the two is the *level* of the chain, from 1 to 0. Under
 * absorbing diffusion each position is revealed as the level falls past a uniform of its own. A step is a window on
 * these levels.
 */
export interface RevealTimes {
  /** Steps in all, when `stepsDone` of them are done and `masked` positions are left. */
  steps(stepsDone: number, masked: number): number;
  /** The first step, from `step` on, whose window holds the level `highest`: those before it reveal nothing. */
  firstToReveal(step: number, highest: number): number;
  /** The window of a step; `highest` is the highest level of a masked position. */
  window(step: number, highest: number): RevealWindow;
}

interface RevealWindow {
  /** Positions at this level and above are revealed. */
  readonly floor: number;
  /** The noise level at which the model is asked. */
  readonly sigma: number;
  readonly greedy: boolean;
}

/**
 * The chain on the original's grid of times. The level falls from m(t)/m(1) to m(s)/m(1) in a step, so that a masked
 * position is revealed with probability (m(t) - m(s)) / m(t): the distribution of the ancestral sampler, and of the analytic one.
 * The last window, the final pass, holds what the chain left over; without
 * one the last step reveals it.
 */
export function gridTimes(schedule: Schedule, steps: number, finalPass = true): RevealTimes {
  const grid = createGrid(schedule, steps);
  const maskedAtStart = grid.masked(0);
  const last = finalPass ? steps : steps - 1;
  const floorOf = (step: number): number => (step < last ? grid.masked(step + 1) / maskedAtStart : 0);
  return {
    steps: () => steps,
    firstToReveal(step, highest) {
      // Floors fall from step to step, down to 0 in the final pass: halves the steps that may be the first.
      let [least, most] = [step, Math.max(step, last)];
      while (least < most) {
        const middle = least + Math.floor((most - least) / 2);
        if (floorOf(middle) <= highest) most = middle;
        else least = middle + 1;
      }
      return most;
    },
    window: (step) => ({ floor: floorOf(step), sigma: grid.sigma(step), greedy: step === steps }),
  };
}

/**
 * The chain in continuous time (first-hitting sampler, Zheng et al. 2024): one position a pass, at the very time at which
 * it is revealed. Nothing is left over.
 */
export function firstHittingTimes(schedule: Schedule): RevealTimes {
  const maskedAtStart = maskProbability(schedule, 1);
  return {
    steps: (stepsDone, masked) => stepsDone + masked,
    firstToReveal: (step) => step,
    window: (_step, highest) => ({
      floor: highest,
      sigma: -Math.log1p(-highest * maskedAtStart),
      greedy: false,
    }),
  };
}
