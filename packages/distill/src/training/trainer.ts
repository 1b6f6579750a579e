import { advance, startOfTraining } from "../progress.ts";
import { denoisingTask } from "./denoising-task.ts";
import { createStepper } from "./stepper.ts";
import type { Trainer, TrainingOptions } from "./stepper.ts";

/** Trains a denoiser with the MDLM objective. */
export async function createTrainer(options: TrainingOptions): Promise<Trainer> {
  const task = denoisingTask({ ...options, length: options.source.length });
  const { update, ...stepper } = await createStepper({ ...options, task });
  let progress = options.progress ?? startOfTraining;
  return {
    ...stepper,
    get progress() {
      return progress;
    },
    async update({ signal } = {}) {
      const report = await update(progress, signal);
      progress = advance(progress);
      return report;
    },
  };
}
