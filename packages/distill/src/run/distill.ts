import { join } from "node:path";
import { alone, createResourceStack } from "@sdtt/core";
import { expectDenoiser } from "@sdtt/hub";
import type { Checkpoint } from "@sdtt/hub";
import { ditParameters } from "@sdtt/models";
import type { DenoiserDescription } from "@sdtt/models";
import { restoreState } from "../checkpoint/load-checkpoint.ts";
import { fillFromFile, fillFromWeights } from "../checkpoint/parameter-file.ts";
import { runDirectory } from "../checkpoint/run-directory.ts";
import { saveCheckpoint } from "../checkpoint/save-checkpoint.ts";
import { planMethod } from "../methods/registry.ts";
import type { MethodOptions } from "../methods/registry.ts";
import { withNoiseInput } from "../noise-input.ts";
import type { NoiseStart } from "../noise-input.ts";
import { joinRun } from "../ranks/join-run.ts";
import { fillAll } from "../ranks/share-array.ts";
import { tell } from "../ranks/tell.ts";
import { createDistiller } from "../rounds/distiller.ts";
import { createTeacherWeights } from "../rounds/teacher-weights.ts";
import { flatLayout } from "../state/flat-layout.ts";
import { createTrainingState } from "../state/training-state.ts";
import type { TrainingState } from "../state/training-state.ts";
import { openRun } from "./open-run.ts";
import { createRoundKeeper } from "./round-keeper.ts";
import type { RunEvent } from "./run-event.ts";
import { runLoop } from "./run-loop.ts";
import { checkRun, resolveRunOptions } from "./run-options.ts";
import type { RunOptions } from "./run-options.ts";
import { assertSameSizes } from "./same-sizes.ts";
import { settingsOfRun } from "./settings-of-run.ts";

export interface DistillOptions extends RunOptions, MethodOptions {
  readonly teacher: Checkpoint;
  /** What the first student starts from: a model of the teacher's sizes; the teacher itself unless given. */
  readonly student?: Checkpoint | undefined;
}

/**
 * Distils a teacher by a method; self-distillation through time (arXiv 2410.21035) unless told otherwise: rounds in which a
 * student learns to need half of its teacher's steps.
 * The same options give the same weights, however often the run was interrupted and resumed.
 *
 * @throws SdttError as `train`; `usage` too if teacher, student or another network differ in size or vocabulary, or an
 *   option is not the method's.
 */
export async function* distill(options: DistillOptions): AsyncGenerator<RunEvent, void> {
  const { engine, teacher, student = teacher, seed = 1, keepLast = 2, ranks = alone } = options;
  const { config: ofTeacher } = expectDenoiser(teacher, "The teacher").description;
  assertSameSizes(
    { name: "the teacher", description: teacher.description },
    { name: "the student", description: expectDenoiser(student, "The student").description },
    "A student becomes the next teacher, so it must be of its sizes and vocabulary.",
  );
  const method = planMethod(options);
  const noiseSize = method.noise?.size ?? expectDenoiser(student, "The student").description.config.noiseSize;
  const config = noiseSize === undefined ? ofTeacher : { ...ofTeacher, noiseSize };
  const model: DenoiserDescription = { family: "sdtt", config };
  for (const { name, initial } of method.companions) {
    if (!initial) continue;
    assertSameSizes(
      { name: "the teacher", description: teacher.description },
      { name: `the ${name}`, description: expectDenoiser(initial, `The ${name}`).description },
      "It learns what the student writes, so it must be of its sizes and vocabulary.",
    );
  }
  checkRun(options, model, { teacher: true, companions: method.companions.length });
  const settings = settingsOfRun(options, model, { task: "distill", ...method.settings });
  await joinRun(ranks, settings, options);
  await using run = await openRun(settings, options);
  const found = await tell(ranks, run?.found);

  const parameters = ditParameters(config);
  const layout = flatLayout(parameters);
  const fillFrom = async ({ weights }: Checkpoint, noise: NoiseStart | "zero") =>
    fillFromWeights(await withNoiseInput(weights, config, noise), layout);
  const record = found?.state.teacher;
  const initialTeacher = record
    ? fillFromFile(join(runDirectory(options.directory!).round(record.round), record.file), layout)
    : await fillFrom(teacher, "zero");
  await using teaching = await createTeacherWeights({
    engine,
    parameters,
    initial: fillAll(ranks, initialTeacher),
  });
  await using opened = createResourceStack();
  const openState = async (
    initial: Checkpoint,
    noise: NoiseStart | "zero",
    companion?: string,
  ): Promise<TrainingState> =>
    opened.use(
      found
        ? await restoreState({ engine, parameters, path: found.path, companion, ranks })
        : await createTrainingState({
            engine,
            parameters,
            initial: fillAll(ranks, await fillFrom(initial, noise)),
          }),
    );
  const state = await openState(student, method.noise ? { seed, scale: method.noise.scale } : "zero");
  const companions: Record<string, TrainingState> = {};
  for (const { name, initial = teacher } of method.companions)
    companions[name] = await openState(initial, "zero", name);
  await using distiller = await createDistiller({
    ...options,
    ...resolveRunOptions(options),
    method,
    model,
    state,
    companions,
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
    nextTeacher: method.nextTeacher,
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
    steps: method.rounds.reduce((sum, { updates }) => sum + updates, 0),
    resumed: found?.path,
    endRound: keeper.endRound,
    save:
      run &&
      (async () => {
        await run.assertHeld();
        const { directory } = run;
        const { progress } = distiller;
        const teacher = keeper.teacher();
        return saveCheckpoint({
          directory,
          state,
          companions,
          identity,
          progress,
          settings,
          teacher,
          keepLast,
        });
      }),
  });
}
