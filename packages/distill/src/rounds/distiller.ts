import { SdttError } from "@sdtt/core";
import type { TrainableLossName } from "@sdtt/losses";
import type { DenoiserDescription } from "@sdtt/models";
import { createDenoiser } from "@sdtt/runtime";
import { advance, startOfTraining } from "../progress.ts";
import type { TrainingProgress } from "../progress.ts";
import type { TeacherGrid } from "../targets/teacher-times.ts";
import { createStepper } from "../training/stepper.ts";
import type { Trainer, TrainingOptions } from "../training/stepper.ts";
import { distillationTask } from "./distillation-task.ts";
import { planRounds } from "./round-plan.ts";
import type { Round, RoundsOptions } from "./round-plan.ts";
import type { TeacherWeights } from "./teacher-weights.ts";

export interface DistillationOptions extends TrainingOptions {
  /** The student's sizes, which are the teacher's. */
  readonly model: DenoiserDescription;
  /** The teacher's weights, resident; each round's end writes the student's over them. */
  readonly teacher: TeacherWeights;
  readonly rounds: RoundsOptions;
  /** `kl-bwd` is the paper's and the best of them. */
  readonly loss: TrainableLossName;
  readonly targets: TeacherGrid;
  /** Whether a round begins with fresh moments, and with the warm-up. */
  readonly resetOptimizer: boolean;
  /** Which of the student's weights teach the next round; the original's default is `weights`. */
  readonly nextTeacher: "weights" | "average";
}

/** A distillation that goes on one update at a time. */
export interface Distiller extends Trainer {
  readonly rounds: readonly Round[];
  /** True when the last update ended a round and the next one has not begun: the time to keep the student. */
  readonly atRoundEnd: boolean;
}

/**
 * Self-distillation through time (arXiv 2410.21035, algorithms 1 and 2): in each round the student learns to predict in one
 * pass what its teacher predicts along several steps; then it becomes the teacher, and the step grows.
 */
export async function createDistiller(options: DistillationOptions): Promise<Distiller> {
  const { engine, model, state, teacher, resetOptimizer, nextTeacher } = options;
  const rounds = planRounds(options.rounds);
  const { stepsPerTarget, updatesPerRound } = options.rounds;
  let progress: TrainingProgress = options.progress ?? { ...startOfTraining, round: 1 };
  const weights = teacher.views();
  const denoiser = await createDenoiser({ engine, description: model, weights });
  const task = distillationTask({
    ...options,
    config: model.config,
    length: options.source.length,
    grid: options.targets,
    steps: stepsPerTarget,
    denoiser,
    teacher: weights,
    dt: () => rounds[progress.round - 1]!.dt,
  });
  const { update, ...stepper } = await createStepper({ ...options, task });

  const atRoundEnd = () => progress.roundStep === updatesPerRound;

  /** The student becomes the teacher. */
  async function beginNextRound(): Promise<void> {
    if (progress.round === rounds.length) {
      throw new SdttError("usage", `All ${rounds.length} rounds are done.`);
    }
    await teacher.replace(state.arrays[nextTeacher]);
    if (resetOptimizer) {
      await state.clear("firstMoment");
      await state.clear("secondMoment");
    }
    const optimizerStep = resetOptimizer ? 0 : progress.optimizerStep;
    progress = { ...progress, optimizerStep, round: progress.round + 1, roundStep: 0 };
  }

  return {
    ...stepper,
    rounds,
    get progress() {
      return progress;
    },
    get atRoundEnd() {
      return atRoundEnd();
    },
    async update({ signal } = {}) {
      if (atRoundEnd()) await beginNextRound();
      const report = await update(progress, signal);
      progress = { ...advance(progress), roundStep: progress.roundStep + 1 };
      return report;
    },
    async [Symbol.asyncDispose]() {
      await stepper[Symbol.asyncDispose]();
      await denoiser[Symbol.asyncDispose]();
    },
  };
}
