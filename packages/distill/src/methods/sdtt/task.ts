import type { TrainableLossName } from "@sdtt/losses";
import type { DitConfig } from "@sdtt/models";
import type { HiddenDenoiser, ResidentWeights } from "@sdtt/runtime";
import { hiddenInput } from "../../programs/objective.ts";
import { teacherTargets } from "../../targets/teacher-targets.ts";
import type { TeacherGrid } from "../../targets/teacher-times.ts";
import { planTrajectory } from "../../targets/trajectory-plan.ts";
import { rowsTensor } from "../../training/micro-batch.ts";
import type { NoiseSettings } from "../../training/noise-settings.ts";
import { microBatchRanges, noiseBatch } from "../../training/noised-batch.ts";
import type { Task } from "../../training/task.ts";
import { divergenceObjective } from "./objective.ts";

/**
 * The objective of a round (arXiv 2410.21035, algorithm 1): at the masked positions, the student's distribution after one pass
 * against the teacher's along several steps. In the loss's unit, a mean over the masked positions.
 */
export function sdttTask(
  options: NoiseSettings & {
    config: DitConfig;
    length: number;
    microBatchSize: number;
    loss: TrainableLossName;
    grid: TeacherGrid;
    /** Teacher steps for one of the student. */
    steps: number;
    denoiser: HiddenDenoiser;
    teacher: ResidentWeights;
    /** The teacher's step in time, which grows from round to round. */
    dt: () => number;
  },
): Task {
  const { config, length, microBatchSize, schedule, grid, steps, denoiser: teacher, dt } = options;
  const maskId = config.vocabSize - 1;
  return {
    objective: divergenceObjective(options.loss),
    networks: { teacher: options.teacher },
    async *microBatches(clean, { noise, teacher: stream, deal, signal }) {
      const noising = { ...options, maskId, leastTime: 1e-5, stream: noise };
      const { noised, times, revealShares, maskedCount } = noiseBatch({ clean, ...noising });
      for (const { start, end } of microBatchRanges(times.length, microBatchSize, deal)) {
        const tokens = noised.subarray(start * length, end * length);
        const plan = planTrajectory({
          tokens,
          length,
          maskId,
          times: times.subarray(start, end),
          dt: dt(),
          steps,
          grid,
          schedule,
          revealShares: revealShares.subarray(start * length, end * length),
          stream: stream.child(start),
        });
        const batch = end - start;
        const { rows, hidden } = await teacherTargets({ teacher, tokens, batch, length, plan, signal });
        const rowWeights = new Float32Array(rows.length).fill(1 / maskedCount);
        yield {
          tokens,
          rows,
          rowWeights,
          rowInputs: { [hiddenInput("teacher")]: rowsTensor(hidden, config.hiddenSize) },
        };
      }
    },
  };
}
