import { join } from "node:path";
import { expectDenoiser } from "@sdtt/hub";
import type { Checkpoint } from "@sdtt/hub";
import { canonicalLossName } from "@sdtt/losses";
import type { DistillationLossAlias, TrainableLossName } from "@sdtt/losses";
import { ditParameters } from "@sdtt/models";
import type { DenoiserDescription } from "@sdtt/models";
import { restoreState } from "../checkpoint/load-checkpoint.ts";
import { fillFromFile, fillFromWeights } from "../checkpoint/parameter-file.ts";
import { saveCheckpoint } from "../checkpoint/save-checkpoint.ts";
import { createDistiller } from "../rounds/distiller.ts";
import { paperRounds } from "../rounds/round-plan.ts";
import type { RoundsOptions } from "../rounds/round-plan.ts";
import { createTeacherWeights } from "../rounds/teacher-weights.ts";
import { flatLayout } from "../state/flat-layout.ts";
import { createTrainingState } from "../state/training-state.ts";
import type { TeacherGrid } from "../targets/teacher-times.ts";
import { openRun } from "./open-run.ts";
import { createRoundKeeper } from "./round-keeper.ts";
import type { RunEvent } from "./run-event.ts";
import { runLoop } from "./run-loop.ts";
import { checkRun, resolveRunOptions } from "./run-options.ts";
import type { RunOptions } from "./run-options.ts";
import { assertSameSizes } from "./same-sizes.ts";
import { settingsOfRun } from "./settings-of-run.ts";

export interface DistillOptions extends RunOptions, Partial<RoundsOptions> {
  readonly teacher: Checkpoint;
  /** What the first student starts from: a model of the teacher's sizes; the teacher itself unless given. */
  readonly student?: Checkpoint | undefined;
  /** `kl-bwd`, the paper's KLD (`kld` is another name for it) and the best of them, unless given. */
  readonly loss?: TrainableLossName | DistillationLossAlias | undefined;
  /** `paper` unless given. */
  readonly targets?: TeacherGrid | undefined;
  /** Whether a round begins with fresh moments, and with the warm-up; not unless given. */
  readonly resetOptimizer?: boolean | undefined;
  /** Which of the student's weights teach the next round; `weights` unless given, as the original's default. */
  readonly nextTeacher?: "weights" | "average" | undefined;
}

/**
 * Self-distillation through time (arXiv 2410.21035): rounds in which a student learns to need half of its teacher's steps.
 * The same options give the same weights, however often the run was interrupted and resumed.
 *
 * @throws SdttError as `train`; `usage` too if teacher and student differ in size or vocabulary.
 */
export async function* distill(options: DistillOptions): AsyncGenerator<RunEvent, void> {
  const { engine, teacher, student = teacher, keepLast = 2 } = options;
  const { config } = expectDenoiser(teacher, "The teacher").description;
  assertSameSizes(
    { name: "the teacher", description: teacher.description },
    { name: "the student", description: expectDenoiser(student, "The student").description },
    "A student becomes the next teacher, so it must be of its sizes and vocabulary.",
  );
  const model: DenoiserDescription = { family: "sdtt", config };
  checkRun(options, model, true);
  const choices = distillationChoices(options);
  const settings = settingsOfRun(options, model, { task: "distill", ...choices });
  await using run =
    options.directory === undefined ? undefined : await openRun(options.directory, settings, options);
  const found = run?.found;

  const parameters = ditParameters(config);
  const layout = flatLayout(parameters);
  const record = found?.state.teacher;
  const initialTeacher = record
    ? fillFromFile(join(run!.directory.round(record.round), record.file), layout)
    : fillFromWeights(teacher.weights, layout);
  await using teaching = await createTeacherWeights({ engine, parameters, initial: initialTeacher });
  await using state = found
    ? await restoreState({ engine, parameters, path: found.path })
    : await createTrainingState({
        engine,
        parameters,
        initial: fillFromWeights(student.weights, layout),
      });
  await using distiller = await createDistiller({
    ...options,
    ...resolveRunOptions(options),
    ...choices,
    model,
    state,
    teacher: teaching,
    progress: found?.state.progress,
  });

  const tokenizer = options.tokenizer ?? teacher.tokenizer;
  const identity = { description: model, ...(tokenizer ? { tokenizer } : {}) };
  const keeper = createRoundKeeper({
    run,
    identity,
    state,
    firstTeacher: teaching,
    distiller,
    nextTeacher: choices.nextTeacher,
  });
  if (found) {
    yield { kind: "resume", step: distiller.progress.step, path: found.path, damaged: found.damaged };
  }
  await keeper.begin(found?.state);
  yield* runLoop({
    run: options,
    trainer: distiller,
    state,
    model,
    steps: distiller.rounds.length * choices.rounds.updatesPerRound,
    resumed: found?.path,
    endRound: keeper.endRound,
    save:
      run &&
      (async () => {
        await run.assertHeld();
        const { directory } = run;
        const { progress } = distiller;
        const teacher = keeper.teacher();
        return saveCheckpoint({ directory, state, identity, progress, settings, teacher, keepLast });
      }),
  });
}

/** What is particular to a distillation, with the paper's defaults. */
function distillationChoices(options: DistillOptions) {
  const { loss = "kl-bwd", targets = "paper", resetOptimizer = false, nextTeacher = "weights" } = options;
  const { teacherSteps, stepsPerTarget, smallestSteps, updatesPerRound } = options;
  const rounds: RoundsOptions = {
    teacherSteps: teacherSteps ?? paperRounds.teacherSteps,
    stepsPerTarget: stepsPerTarget ?? paperRounds.stepsPerTarget,
    smallestSteps: smallestSteps ?? paperRounds.smallestSteps,
    updatesPerRound: updatesPerRound ?? paperRounds.updatesPerRound,
  };
  return { loss: canonicalLossName(loss), targets, resetOptimizer, nextTeacher, rounds } as const;
}
