import type { ModelIdentity } from "../checkpoint/model-directory.ts";
import { saveRound } from "../checkpoint/save-checkpoint.ts";
import type { StateFile, TeacherRecord } from "../checkpoint/state-file.ts";
import type { Distiller } from "../rounds/distiller.ts";
import type { TeacherWeights } from "../rounds/teacher-weights.ts";
import type { TrainingState } from "../state/training-state.ts";
import type { KeptRun } from "./open-run.ts";
import type { RoundEndEvent } from "./run-event.ts";

/** Keeps the first teacher and the student of each round as models, and knows which of them teaches when. */
export interface RoundKeeper {
  /** What a checkpoint says of the teacher of the present round. */
  teacher(): TeacherRecord | undefined;
  /** Before the first update of a new run, or of one that is resumed. */
  begin(found: StateFile | undefined): Promise<void>;
  /** Keeps the student if the last update ended a round. */
  endRound(): Promise<RoundEndEvent | undefined>;
}

export function createRoundKeeper(options: {
  /** Where the models are kept; nowhere unless given. */
  run: KeptRun | undefined;
  identity: ModelIdentity;
  state: TrainingState;
  firstTeacher: TeacherWeights;
  distiller: Distiller;
  nextTeacher: "weights" | "average";
}): RoundKeeper {
  const { run, identity, state, firstTeacher, distiller, nextTeacher } = options;
  const { layout } = state;
  /** By the round that is taught. */
  const teachers = new Map<number, TeacherRecord>();

  async function keep(round: number, choice: Pick<Parameters<typeof saveRound>[2], "arrays" | "teaches">) {
    if (!run) return undefined;
    await run.assertHeld();
    const kept = await saveRound(run.directory, round, { identity, layout, ...choice });
    teachers.set(round + 1, kept.teacher);
    return kept.path;
  }
  const keepStudent = (round: number) => keep(round, { arrays: state.arrays, teaches: nextTeacher });

  return {
    teacher: () => teachers.get(distiller.progress.round),
    async begin(found) {
      const { round } = distiller.progress;
      if (!found) await keep(0, { arrays: { average: firstTeacher.flat }, teaches: "average" });
      if (found?.teacher) teachers.set(round, found.teacher);
      // A checkpoint of a round's end does not know the next teacher's record.
      if (found && distiller.atRoundEnd) await keepStudent(round);
    },
    async endRound() {
      if (!distiller.atRoundEnd) return undefined;
      const { step, round } = distiller.progress;
      const path = await keepStudent(round);
      const { studentSteps } = distiller.rounds[round - 1]!;
      const aim = studentSteps === undefined ? {} : { studentSteps };
      return { kind: "round-end", step, round, ...aim, ...(path === undefined ? {} : { path }) };
    },
  };
}
