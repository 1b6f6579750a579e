import { join } from "node:path";
import { SdttError } from "@sdtt/core";
import type { Checkpoint } from "@sdtt/hub";
import type { TrainableLossName } from "@sdtt/losses";
import { ditParameters } from "@sdtt/models";
import type { DitConfig, ModelDescription } from "@sdtt/models";
import { restoreState } from "../checkpoint/load-checkpoint.ts";
import { flattenWeights, readParameters } from "../checkpoint/parameter-file.ts";
import { saveCheckpoint, saveRound } from "../checkpoint/save-checkpoint.ts";
import { flattenSettings } from "../checkpoint/settings.ts";
import type { TeacherRecord } from "../checkpoint/state-file.ts";
import { createDistiller } from "../rounds/distiller.ts";
import { paperRounds } from "../rounds/round-plan.ts";
import type { RoundsOptions } from "../rounds/round-plan.ts";
import { createTeacherWeights } from "../rounds/teacher-weights.ts";
import { flatLayout } from "../state/flat-layout.ts";
import { createTrainingState } from "../state/training-state.ts";
import type { TeacherGrid } from "../targets/teacher-times.ts";
import { openRun } from "./open-run.ts";
import type { RoundEndEvent, RunEvent } from "./run-event.ts";
import { runLoop } from "./run-loop.ts";
import { checkRun, resolveRunOptions } from "./run-options.ts";
import type { RunOptions } from "./run-options.ts";

export interface DistillOptions extends RunOptions, Partial<RoundsOptions> {
  readonly teacher: Checkpoint;
  /** What the first student starts from: a model of the teacher's sizes; the teacher itself unless given. */
  readonly student?: Checkpoint | undefined;
  /** `kl-bwd`, the paper's and the best of them, unless given. */
  readonly loss?: TrainableLossName | undefined;
  /** `paper` unless given. */
  readonly targets?: TeacherGrid | undefined;
  /** Whether a round begins with fresh moments, and with the warm-up; not unless given. */
  readonly resetOptimizer?: boolean | undefined;
  /** Which of the student's weights teach the next round; `weights` unless given, as the original's default. */
  readonly nextTeacher?: "weights" | "average" | undefined;
}

/**
 * Self-distillation through time (arXiv 2410.21035): rounds in which a student learns to need half of its teacher's steps.
 * The same options give the same weights, however often the run was cut off and gone on with.
 *
 * @throws SdttError as `train`; `usage` too if teacher and student differ in size or vocabulary.
 */
export async function* distill(options: DistillOptions): AsyncGenerator<RunEvent, void> {
  const { engine, teacher, student = teacher, source, batchSize, optimizer, keepLast = 2 } = options;
  const { config } = teacher.description;
  const resolved = resolveRunOptions(options);
  checkStudent(config, student.description.config);
  checkRun(options, config, true);
  const choices = distillationChoices(options);
  const { schedule, ...plain } = resolved;
  const settings = {
    ...flattenSettings({
      task: "distill",
      model: config,
      data: { blocks: source.blockCount, length: source.length },
      batchSize,
      ...plain,
      schedule: schedule.name,
      optimizer,
      ...choices,
    }),
    ...options.settings,
  };
  const run = options.directory === undefined ? undefined : await openRun(options.directory, settings);
  const found = run?.found;

  const parameters = ditParameters(config);
  const layout = flatLayout(parameters);
  const initialTeacher = async () => {
    const record = found?.state.teacher;
    if (!record) return flattenWeights(teacher.weights, layout);
    return readParameters(join(run!.directory.round(record.round), record.file), layout);
  };
  await using teaching = await createTeacherWeights({ engine, parameters, initial: await initialTeacher() });
  await using state = found
    ? await restoreState({ engine, parameters, path: found.path })
    : await createTrainingState({
        engine,
        parameters,
        initial: await flattenWeights(student.weights, layout),
      });
  await using distiller = await createDistiller({
    ...options,
    ...resolved,
    ...choices,
    config,
    state,
    teacher: teaching,
    progress: found?.state.progress,
  });

  const description: ModelDescription = { family: "sdtt", config };
  const tokenizer = options.tokenizer ?? teacher.tokenizer;
  const identity = { description, ...(tokenizer ? { tokenizer } : {}) };
  /** Who teaches each round, by its number. */
  const teachers = new Map<number, TeacherRecord>();
  const keepTeacher = async (round: number): Promise<string | undefined> => {
    if (!run) return undefined;
    const arrays = round === 0 ? { average: teaching.flat } : state.arrays;
    const teaches = round === 0 ? "average" : choices.nextTeacher;
    const kept = await saveRound(run.directory, round, { identity, layout, arrays, teaches });
    teachers.set(round + 1, kept.teacher);
    return kept.path;
  };
  const endRound = async (): Promise<RoundEndEvent | undefined> => {
    const { step, round } = distiller.progress;
    if (!distiller.atRoundEnd) return undefined;
    const path = await keepTeacher(round);
    const { studentSteps } = distiller.rounds[round - 1]!;
    return { kind: "round-end", step, round, studentSteps, ...(path === undefined ? {} : { path }) };
  };

  if (found) {
    if (found.state.teacher) teachers.set(distiller.progress.round, found.state.teacher);
    yield { kind: "resume", step: distiller.progress.step, path: found.path, damaged: found.damaged };
    // The record of the next teacher is not in a checkpoint of the round's end.
    if (distiller.atRoundEnd) await keepTeacher(distiller.progress.round);
  } else {
    await keepTeacher(0);
  }
  yield* runLoop({
    run: options,
    trainer: distiller,
    state,
    description,
    steps: distiller.rounds.length * choices.rounds.updatesPerRound,
    resumed: found?.path,
    endRound,
    save: async () =>
      run &&
      saveCheckpoint({
        run: run.directory,
        state,
        identity,
        progress: distiller.progress,
        settings,
        teacher: teachers.get(distiller.progress.round),
        keepLast,
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
  return { loss, targets, resetOptimizer, nextTeacher, rounds } as const;
}

/** A student becomes a teacher, so they are of one shape. */
function checkStudent(teacher: DitConfig, student: DitConfig): void {
  const { length: _, ...sizes } = teacher;
  const differences = (Object.keys(sizes) as (keyof typeof sizes)[])
    .filter((name) => teacher[name] !== student[name])
    .map((name) => `${name} is ${teacher[name]} in the teacher and ${student[name]} in the student`);
  if (differences.length === 0) return;
  throw new SdttError(
    "usage",
    `Teacher and student differ: ${differences.join("; ")}. A student becomes the next teacher, so it must be of its sizes and vocabulary.`,
  );
}
