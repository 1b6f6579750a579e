import type { HiddenDenoiser } from "@sdtt/runtime";
import type { TrajectoryPlan } from "./trajectory-plan.ts";

/** What the student is to match at the masked rows, in their order. */
export interface TeacherTargets {
  readonly rows: Int32Array;
  /** The teacher's final hidden rows, `[rows, hiddenSize]`. */
  readonly hidden: Float32Array;
}

/**
 * Walks the teacher along a planned trajectory (arXiv 2410.21035, algorithm 1). The target of a position is the teacher's
 * distribution at the step that reveals it, or at the last step if none does. Each row is therefore asked for once.
 */
export async function teacherTargets(options: {
  teacher: HiddenDenoiser;
  /** Ids with masks, `[batch * length]`; left as they are. */
  tokens: Int32Array;
  batch: number;
  length: number;
  plan: TrajectoryPlan;
  signal?: AbortSignal | undefined;
}): Promise<TeacherTargets> {
  const { teacher, batch, length, plan, signal } = options;
  const { masked, steps } = plan;
  // What the last step draws is not looked at again.
  const reveals = plan.reveals.filter(({ step }) => step < steps - 1);
  const width = teacher.hiddenSize;
  const hidden = new Float32Array(masked.length * width);
  const placeOf = new Map(Array.from(masked, (row, place) => [row, place]));
  const keep = (rows: Int32Array, values: Float32Array) => {
    rows.forEach((row, i) =>
      hidden.set(values.subarray(i * width, (i + 1) * width), placeOf.get(row)! * width),
    );
  };

  const tokens = options.tokens.slice();
  for (const { rows, uniforms } of reveals) {
    const drawn = await teacher.drawWithHidden({ tokens, batch, length, rows, uniforms, signal });
    keep(rows, drawn.hidden);
    rows.forEach((row, i) => (tokens[row] = drawn.ids[i]!));
  }
  const revealed = new Set(reveals.flatMap(({ rows }) => [...rows]));
  const rest = masked.filter((row) => !revealed.has(row));
  if (rest.length > 0) keep(rest, await teacher.hiddenRows({ tokens, batch, length, rows: rest, signal }));
  return { rows: masked, hidden };
}
