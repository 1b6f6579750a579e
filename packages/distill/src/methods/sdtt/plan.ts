import { canonicalLossName } from "@sdtt/losses";
import type { DistillationLossAlias, TrainableLossName } from "@sdtt/losses";
import type { TeacherGrid } from "../../targets/teacher-times.ts";
import type { MethodPlan } from "../method.ts";
import { paperRounds, planRounds } from "./rounds.ts";
import type { RoundsOptions } from "./rounds.ts";
import { openSdtt } from "./step.ts";

/** What self-distillation through time can be told. */
export interface SdttOptions extends Partial<RoundsOptions> {
  /** `kl-bwd`, the paper's KLD (`kld` is another name for it) and the best of them, unless given. */
  readonly loss?: TrainableLossName | DistillationLossAlias | undefined;
  /** `paper` unless given. */
  readonly targets?: TeacherGrid | undefined;
  /** Whether a round begins with fresh moments, and with the warm-up; not unless given. */
  readonly resetOptimizer?: boolean | undefined;
  /** Which of the student's weights teach the next round; `weights` unless given, as the original's default. */
  readonly nextTeacher?: "weights" | "average" | undefined;
}

/** Throws `usage` if no round fits. */
export function planSdtt(options: SdttOptions): MethodPlan {
  const { loss = "kl-bwd", targets = "paper", resetOptimizer = false, nextTeacher = "weights" } = options;
  const { teacherSteps, stepsPerTarget, smallestSteps, updatesPerRound } = options;
  const choices = {
    loss: canonicalLossName(loss),
    targets,
    resetOptimizer,
    nextTeacher,
    rounds: {
      teacherSteps: teacherSteps ?? paperRounds.teacherSteps,
      stepsPerTarget: stepsPerTarget ?? paperRounds.stepsPerTarget,
      smallestSteps: smallestSteps ?? paperRounds.smallestSteps,
      updatesPerRound: updatesPerRound ?? paperRounds.updatesPerRound,
    },
  } as const;
  const rounds = planRounds(choices.rounds);
  return {
    rounds,
    nextTeacher,
    resetOptimizer,
    companions: [],
    passes: { forward: choices.rounds.stepsPerTarget + 1, backward: 1 },
    settings: choices,
    open: (context) =>
      openSdtt({ ...context, ...choices, rounds, stepsPerTarget: choices.rounds.stepsPerTarget }),
  };
}

const optionNames: Readonly<Record<keyof SdttOptions, true>> = {
  loss: true,
  targets: true,
  teacherSteps: true,
  stepsPerTarget: true,
  smallestSteps: true,
  updatesPerRound: true,
  resetOptimizer: true,
  nextTeacher: true,
};
export const sdttOptionNames: readonly string[] = Object.keys(optionNames);
