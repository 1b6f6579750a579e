import type { RandomStream } from "@sdtt/core";
import { maskProbability } from "@sdtt/scheduler";
import type { Schedule } from "@sdtt/scheduler";
import { teacherTime } from "./teacher-times.ts";
import type { TeacherGrid } from "./teacher-times.ts";

export interface TrajectoryOptions {
  /** Ids with masks, `[batch * length]`. */
  readonly tokens: Int32Array;
  readonly length: number;
  readonly maskId: number;
  /** The time of each sequence, `[batch]`. */
  readonly times: ArrayLike<number>;
  /** The teacher's step. */
  readonly dt: number;
  /** Teacher steps for one of the student; 2 in the paper. */
  readonly steps: number;
  readonly grid: TeacherGrid;
  readonly schedule: Schedule;
  /** The shares of a noised batch, `[batch * length]`; drawn for each position alone unless given. */
  readonly revealShares?: Float64Array | undefined;
  /** Sequence i takes its randomness from the child i. */
  readonly stream: RandomStream;
}

/** Which masked rows each teacher step reveals: steps and rows without a reveal take no place in it. */
export interface TrajectoryPlan {
  /** Masked rows of the flattened grid, ascending: the rows of the loss. */
  readonly masked: Int32Array;
  /** Teacher steps. */
  readonly steps: number;
  /** The steps that reveal something, in their order. */
  readonly reveals: readonly TrajectoryReveal[];
}

interface TrajectoryReveal {
  /** Counts from 0. */
  readonly step: number;
  readonly rows: Int32Array;
  /** One for the token of each row. */
  readonly uniforms: Float64Array;
}

/**
 * Draws beforehand when the teacher's trajectory reveals each position. As in sampling, that does not depend on the
 * teacher; ancestral and analytic steps are the same distribution.
 */
export function planTrajectory(options: TrajectoryOptions): TrajectoryPlan {
  const { tokens, length, maskId, times, dt, steps, grid, schedule, revealShares, stream } = options;
  const masked = Int32Array.from([...tokens.keys()].filter((row) => tokens[row] === maskId));
  const reveals = new Map<number, { rows: number[]; uniforms: number[] }>();

  /** The share of masked positions of a sequence that a step leaves masked. */
  function shareLeft(sequence: number, step: number): number {
    const time = teacherTime({ grid, start: times[sequence]!, dt, steps, step });
    return Math.min(1, maskProbability(schedule, Math.max(0, time - dt)) / maskProbability(schedule, time));
  }

  for (const row of masked) {
    const [sequence, position] = [Math.floor(row / length), row % length];
    const own = stream.child(sequence);
    const share = revealShares?.[row] ?? own.child("reveal").uniform(position);
    let step = 0;
    for (let left = 1; step < steps; step++) {
      left *= shareLeft(sequence, step);
      if (share >= left) break;
    }
    if (step === steps) continue;
    const reveal = reveals.get(step) ?? { rows: [], uniforms: [] };
    reveals.set(step, reveal);
    reveal.rows.push(row);
    reveal.uniforms.push(own.child("token").uniform(position));
  }
  return {
    masked,
    steps,
    reveals: [...reveals]
      .sort(([a], [b]) => a - b)
      .map(([step, { rows, uniforms }]) => ({
        step,
        rows: Int32Array.from(rows),
        uniforms: Float64Array.from(uniforms),
      })),
  };
}
