import { SdttError } from "@sdtt/core";
import { samplingTime } from "@sdtt/scheduler";
import { checkCounts } from "../check-counts.ts";
import type { Round } from "../../rounds/round.ts";

export interface RoundsOptions {
  /** Steps that the first teacher samples with; 1024 in the paper. */
  readonly teacherSteps: number;
  /** Teacher steps for one of the student, 2 in the paper. */
  readonly stepsPerTarget: number;
  /** The last round's student samples with no fewer steps; 8 in the paper. */
  readonly smallestSteps: number;
  /** Updates of each round; 10,000 in the paper. */
  readonly updatesPerRound: number;
}

/** The paper's: 1024 steps down to 8 in seven rounds. */
export const paperRounds: RoundsOptions = {
  teacherSteps: 1024,
  stepsPerTarget: 2,
  smallestSteps: 8,
  updatesPerRound: 10_000,
};

/** One round: a teacher that samples in `teacherSteps` makes a student that samples in `studentSteps`. */
export interface SdttRound extends Round {
  readonly teacherSteps: number;
  readonly studentSteps: number;
  /** The teacher's step in time. */
  readonly dt: number;
}

/**
 * The rounds of a distillation (arXiv 2410.21035, algorithm 2): after each the student becomes the teacher and the step
 * grows. 1024 steps in twos down to 8 are 7 rounds.
 */
export function planRounds(options: RoundsOptions): SdttRound[] {
  const { teacherSteps, stepsPerTarget, smallestSteps, updatesPerRound } = options;
  checkCounts({ teacherSteps, stepsPerTarget, smallestSteps, updatesPerRound });
  if (stepsPerTarget < 2)
    throw new SdttError("usage", "A student that matches one teacher step learns nothing new.");
  const rounds: SdttRound[] = [];
  for (let steps = teacherSteps; steps / stepsPerTarget >= smallestSteps; steps /= stepsPerTarget) {
    if (!Number.isInteger(steps / stepsPerTarget)) break;
    rounds.push({
      number: rounds.length + 1,
      updates: updatesPerRound,
      teacherSteps: steps,
      studentSteps: steps / stepsPerTarget,
      dt: samplingTime(0, steps) - samplingTime(1, steps),
    });
  }
  if (rounds.length === 0) {
    throw new SdttError(
      "usage",
      `No round fits: ${teacherSteps} teacher steps in ${stepsPerTarget}s give fewer than ${smallestSteps}.`,
    );
  }
  return rounds;
}
