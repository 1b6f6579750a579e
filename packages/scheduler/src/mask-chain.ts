import { createGrid, samplingTime } from "./grid.ts";
import type { RemaskingSampler } from "./sampler.ts";
import { maskProbability } from "./schedules.ts";
import type { Schedule } from "./schedules.ts";

/** The probabilities with which the mask of a position comes and goes, step by step. They do not depend on the model. */
export interface MaskChain {
  readonly steps: number;
  /** The noise level at which a step asks the model. */
  sigma(step: number): number;
  /** That a step reveals a masked position, `[steps]`. */
  readonly reveal: Float64Array;
  /** That it masks a revealed one again, `[steps]`; of `remdm-conf` the part that all positions share. */
  readonly remask: Float64Array;
}

export interface MaskChainOptions {
  readonly sampler: RemaskingSampler;
  readonly schedule: Schedule;
  readonly steps: number;
  /** Whether a pass follows the last step; else that step reveals all that is masked. */
  readonly finalPass: boolean;
  readonly eta?: number | undefined;
  readonly kappa?: number | undefined;
}

/** Where `remdm-loop` begins and ends to mask again, in time, and the share that is revealed there (ReMDM, section 4.2). */
const loop = { on: 0.55, off: 0.05, revealed: 0.9 };

/** The greatest eta of `remdm-loop`: a greater one would have to reveal more than all masks to keep the share. */
export const greatestLoopEta: number = (1 - loop.revealed) / loop.revealed;

/**
 * The chain of a sampler that masks again (ReMDM, Wang et al. 2025, arXiv 2503.00307; Psi-samplers, Deschenaux et al. 2026). With
 * m the probability of being masked, at time t before a step and at s after it, a revealed position is masked with probability
 * sigma and a masked one revealed with u = (m_t - m_s + sigma (1 - m_t)) / m_t, so that m_s is what it is without sigma.
 */
export function createMaskChain(options: MaskChainOptions): MaskChain {
  const { sampler, schedule, steps, finalPass, eta = 0.02, kappa = 0.98 } = options;
  const grid = createGrid(schedule, steps);
  const isLoop = sampler === "remdm-loop";

  function masked(step: number): number {
    if (step === steps && !finalPass) return 0;
    return isLoop ? loopMasked(samplingTime(step, steps)) : grid.masked(step);
  }

  /** Sigma of the step: what the names of the samplers stand for. */
  function remaskProbability(step: number, now: number, next: number): number {
    const greatest = now < 1 ? Math.min(1, next / (1 - now)) : 1;
    switch (sampler) {
      case "remdm-cap":
        return Math.min(eta, greatest);
      case "remdm-rescale":
        return eta * greatest;
      case "remdm-loop": {
        const time = samplingTime(step, steps);
        return time <= loop.on && time > loop.off ? Math.min(eta, greatest) : 0;
      }
      case "remdm-conf":
        return greatest;
      case "psi":
        // The last kappa is 1: nothing is masked that no step would reveal.
        return step < steps - 1 ? (1 - kappa) * next : 0;
    }
  }

  const reveal = new Float64Array(steps);
  const remask = new Float64Array(steps);
  for (let step = 0; step < steps; step++) {
    const [now, next] = [masked(step), masked(step + 1)];
    remask[step] = remaskProbability(step, now, next);
    // Under `remdm-conf` a masked position has no part in sigma.
    const sigma = sampler === "remdm-conf" ? 0 : remask[step]!;
    reveal[step] = Math.min(1, Math.max(0, (now - next + sigma * (1 - now)) / now));
  }
  const maskedAtStart = maskProbability(schedule, 1);
  return {
    steps,
    sigma: (step) => (isLoop ? -Math.log1p(-masked(step) * maskedAtStart) : grid.sigma(step)),
    reveal,
    remask,
  };
}

/** The probability of being masked under the schedule of `remdm-loop`: it falls, stays, and falls to 0. */
function loopMasked(time: number): number {
  if (time > loop.on) return 1 - ((1 - time) * loop.revealed) / (1 - loop.on);
  return time > loop.off ? 1 - loop.revealed : (time * (1 - loop.revealed)) / loop.off;
}

/**
 * The step at which something happens that has not happened before `first`, if each step brings it about with its probability:
 * the place `uniform` of the distribution of that step. The number of steps if none of them does.
 */
export function firstEvent(probabilities: Float64Array, first: number, uniform: number): number {
  let waiting = 1;
  for (let step = first; step < probabilities.length; step++) {
    waiting *= 1 - probabilities[step]!;
    if (uniform >= waiting) return step;
  }
  return probabilities.length;
}
