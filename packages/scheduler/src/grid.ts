import { maskProbability } from "./schedules.ts";
import type { Schedule } from "./schedules.ts";

/** Where the published samplers stop: the time left to the final pass. */
const finalTime = 1e-5;

/**
 * The times of a chain, from the noisiest to the cleanest, with what the schedule says there. Steps count from 0 to
 * `steps`. Values are computed when they are asked for, so that a grid takes the same memory for any number of steps.
 */
export interface Grid {
  readonly steps: number;
  time(step: number): number;
  sigma(step: number): number;
  /** The probability that a token is masked. */
  masked(step: number): number;
}

/** The time of a step of the original's samplers: linspace(1, 1e-5, steps + 1). */
export function samplingTime(step: number, steps: number): number {
  return 1 - (step * (1 - finalTime)) / steps;
}

/** A schedule at the times of a chain of so many steps. */
export function createGrid(schedule: Schedule, steps: number): Grid {
  const time = (step: number): number => samplingTime(step, steps);
  return {
    steps,
    time,
    sigma: (step) => schedule.sigma(time(step)),
    masked: (step) => maskProbability(schedule, time(step)),
  };
}
