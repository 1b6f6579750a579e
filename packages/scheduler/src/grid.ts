import { maskProbability } from "./schedules.ts";
import type { Schedule } from "./schedules.ts";

/** Where the published samplers stop: the time left to the final pass. */
const finalTime = 1e-5;

/** The times of a chain, from the noisiest to the cleanest, with what the schedule says there. All `[steps + 1]`. */
export interface Grid {
  readonly times: Float64Array;
  readonly sigma: Float64Array;
  /** The probability that a token is masked. */
  readonly masked: Float64Array;
}

/** The times of the original's samplers: linspace(1, 1e-5, steps + 1). */
export function samplingTimes(steps: number): Float64Array {
  return Float64Array.from({ length: steps + 1 }, (_, i) => 1 - (i * (1 - finalTime)) / steps);
}

/** Evaluates a schedule at the times of a chain. */
export function createGrid(schedule: Schedule, times: Float64Array): Grid {
  return {
    times,
    sigma: times.map((time) => schedule.sigma(time)),
    masked: times.map((time) => maskProbability(schedule, time)),
  };
}
