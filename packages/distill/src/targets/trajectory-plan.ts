import type { RandomStream } from "@sdtt/core";
import { maskProbability } from "@sdtt/scheduler";
import type { Schedule } from "@sdtt/scheduler";
import { teacherTimes } from "./teacher-times.ts";
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
  /** Sequence i takes its randomness from the child i. */
  readonly stream: RandomStream;
}

/** Which masked rows each teacher step reveals. What no step reveals is not in here. */
export interface TrajectoryPlan {
  /** Masked rows of the flattened grid, ascending: the rows of the loss. */
  readonly masked: Int32Array;
  /** For each step, the rows it reveals and one uniform each for their tokens. */
  readonly reveals: readonly { readonly rows: Int32Array; readonly uniforms: Float64Array }[];
}

/**
 * Draws beforehand when the teacher's trajectory reveals each position. As in sampling, that does not depend on the
 * teacher; ancestral and analytic steps are the same law.
 */
export function planTrajectory(options: TrajectoryOptions): TrajectoryPlan {
  const { tokens, length, maskId, times, dt, steps, grid, schedule, stream } = options;
  const masked = Int32Array.from([...tokens.keys()].filter((row) => tokens[row] === maskId));
  const reveals = Array.from({ length: steps }, () => ({ rows: [] as number[], uniforms: [] as number[] }));
  const chances = Array.from(times, (start) =>
    teacherTimes({ grid, start, dt, steps }).map((time) => {
      const left = maskProbability(schedule, Math.max(0, time - dt)) / maskProbability(schedule, time);
      return 1 - Math.min(1, left);
    }),
  );
  for (const row of masked) {
    const [sequence, position] = [Math.floor(row / length), row % length];
    const own = stream.child(sequence);
    const step = chances[sequence]!.findIndex((chance, i) => own.child(i).uniform(position) < chance);
    if (step < 0) continue;
    reveals[step]!.rows.push(row);
    reveals[step]!.uniforms.push(own.child("token").uniform(position));
  }
  return {
    masked,
    reveals: reveals.map(({ rows, uniforms }) => ({
      rows: Int32Array.from(rows),
      uniforms: Float64Array.from(uniforms),
    })),
  };
}
