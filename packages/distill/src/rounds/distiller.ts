import { SdttError } from "@sdtt/core";
import type { MethodContext, MethodPlan } from "../methods/method.ts";
import { advance, startOfTraining } from "../progress.ts";
import type { TrainingProgress } from "../progress.ts";
import type { Trainer } from "../training/stepper.ts";
import type { Round } from "./round.ts";
import type { TeacherWeights } from "./teacher-weights.ts";

export interface DistillationOptions extends Omit<MethodContext, "teacher" | "round"> {
  readonly method: MethodPlan;
  /** The teacher's weights, resident; each round's end writes the student's over them. */
  readonly teacher: TeacherWeights;
}

/** A distillation that advances one update at a time. */
export interface Distiller extends Trainer {
  readonly rounds: readonly Round[];
  /** True when the last update ended a round and the next one has not begun: the time to keep the student. */
  readonly atRoundEnd: boolean;
}

/** Goes through the rounds of a method: after each the student becomes the teacher. */
export async function createDistiller(options: DistillationOptions): Promise<Distiller> {
  const { method, state, companions, teacher } = options;
  const { rounds, resetOptimizer, nextTeacher } = method;
  let progress: TrainingProgress = options.progress ?? { ...startOfTraining, round: 1 };
  const step = await method.open({ ...options, teacher: teacher.views(), round: () => progress.round });

  const atRoundEnd = () => progress.roundStep === rounds[progress.round - 1]!.updates;

  /** The student becomes the teacher. */
  async function beginNextRound(): Promise<void> {
    if (progress.round === rounds.length) {
      throw new SdttError("usage", `All ${rounds.length} rounds are done.`);
    }
    await teacher.replace(state.arrays[nextTeacher]);
    for (const trained of resetOptimizer ? [state, ...Object.values(companions)] : []) {
      await trained.clear("firstMoment");
      await trained.clear("secondMoment");
    }
    const optimizerStep = resetOptimizer ? 0 : progress.optimizerStep;
    progress = { ...progress, optimizerStep, round: progress.round + 1, roundStep: 0 };
  }

  return {
    rounds,
    get progress() {
      return progress;
    },
    get atRoundEnd() {
      return atRoundEnd();
    },
    async update({ signal } = {}) {
      if (atRoundEnd()) await beginNextRound();
      const report = await step.update(progress, signal);
      progress = { ...advance(progress), roundStep: progress.roundStep + 1 };
      return report;
    },
    measure: (blocks, settings) => step.measure(blocks, settings),
    [Symbol.asyncDispose]: () => step[Symbol.asyncDispose](),
  };
}
