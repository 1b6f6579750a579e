import { isCausal } from "@sdtt/models";
import { advance, startOfTraining } from "../progress.ts";
import { denoisingTask } from "./denoising-task.ts";
import { nextTokenTask } from "./next-token-task.ts";
import { createStepper } from "./stepper.ts";
import type { Trainer, TrainingOptions } from "./stepper.ts";

/** Trains a denoiser with the MDLM objective, an autoregressive model with cross-entropy. */
export async function createTrainer(options: TrainingOptions): Promise<Trainer> {
  const { model, source } = options;
  const sizes = { ...options, length: source.length };
  const task = isCausal(model) ? nextTokenTask(sizes) : denoisingTask({ ...sizes, config: model.config });
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
