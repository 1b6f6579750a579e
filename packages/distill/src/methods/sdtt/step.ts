import type { TrainableLossName } from "@sdtt/losses";
import { createDenoiser } from "@sdtt/runtime";
import type { TeacherGrid } from "../../targets/teacher-times.ts";
import { createStepper } from "../../training/stepper.ts";
import type { MethodContext, MethodStep } from "../method.ts";
import type { SdttRound } from "./rounds.ts";
import { sdttTask } from "./task.ts";

export interface SdttStepOptions extends MethodContext {
  readonly loss: TrainableLossName;
  readonly targets: TeacherGrid;
  readonly rounds: readonly SdttRound[];
  readonly stepsPerTarget: number;
}

/**
 * Self-distillation through time (arXiv 2410.21035, algorithms 1 and 2): in each round the student learns to predict in one
 * pass what its teacher predicts along several steps; then it becomes the teacher, and the step grows.
 */
export async function openSdtt(options: SdttStepOptions): Promise<MethodStep> {
  const { engine, model, teacher, rounds, round } = options;
  const denoiser = await createDenoiser({ engine, description: model, weights: teacher });
  const task = sdttTask({
    ...options,
    config: model.config,
    length: options.source.length,
    grid: options.targets,
    steps: options.stepsPerTarget,
    denoiser,
    dt: () => rounds[round() - 1]!.dt,
  });
  const stepper = await createStepper({ ...options, task });
  return {
    ...stepper,
    async [Symbol.asyncDispose]() {
      await stepper[Symbol.asyncDispose]();
      await denoiser[Symbol.asyncDispose]();
    },
  };
}
