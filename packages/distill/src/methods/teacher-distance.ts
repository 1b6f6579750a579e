import type { RandomStream } from "@sdtt/core";
import { samplingTime } from "@sdtt/scheduler";
import type { NoiseSettings } from "../training/noise-settings.ts";
import { createTaskMeter } from "../training/task-meter.ts";
import type { TaskMeter } from "../training/task-meter.ts";
import type { MicroStepOptions } from "../training/micro-step.ts";
import type { HiddenDenoiser } from "@sdtt/runtime";
import type { MethodContext } from "./method.ts";
import { sdttTask } from "./sdtt/task.ts";

/** Steps of the teacher that a student is compared with, of as many as it samples in. */
const [steps, teacherSteps] = [8, 64];

/**
 * How far the student's one pass is from several steps of the teacher, the same for every method: KL(student || teacher) in
 * nats, a mean over masked positions. It is the held-out loss of self-distillation through time from 64 steps in eights.
 */
export function createTeacherDistance(
  options: NoiseSettings &
    Pick<MethodContext, "model" | "teacher"> &
    Omit<MicroStepOptions, "objective" | "networks" | "model"> & {
      readonly random: RandomStream;
      /** The teacher. */
      readonly denoiser: HiddenDenoiser;
    },
): Promise<TaskMeter> {
  const task = sdttTask({
    ...options,
    config: options.model.config,
    microBatchSize: options.batch,
    loss: "kl-bwd",
    grid: "paper",
    steps,
    dt: () => samplingTime(0, teacherSteps) - samplingTime(1, teacherSteps),
  });
  return createTaskMeter({ ...options, task });
}
