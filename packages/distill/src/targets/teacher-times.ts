/** Which times the teacher's steps start from. */
export type TeacherGrid =
  /** t, t - dt, t - 2 dt, ...: Algorithm 1 of the paper. */
  | "paper"
  /**
   * What the released code computes and the published models were distilled with: `t * s + (1 - t) * (t - m dt)` for s in
   * linspace(1, 0, m), where an interpolation would have (1 - s).
   */
  | "released";

/** The time of a step, from 0, of `steps` teacher steps of size `dt` from `start`; none is below `floor`. */
export function teacherTime(options: {
  grid: TeacherGrid;
  start: number;
  dt: number;
  steps: number;
  step: number;
  floor?: number;
}): number {
  const { grid, start, dt, steps, step, floor = 1e-5 } = options;
  const end = start - steps * dt;
  const share = steps === 1 ? 1 : 1 - step / (steps - 1);
  const time = grid === "paper" ? start - step * dt : start * share + (1 - start) * end;
  return Math.max(floor, time);
}
