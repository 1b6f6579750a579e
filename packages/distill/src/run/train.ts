import { alone } from "@sdtt/core";
import { isCausal, modelParameters } from "@sdtt/models";
import type { Checkpoint } from "@sdtt/hub";
import type { ModelDescription } from "@sdtt/models";
import { restoreState } from "../checkpoint/load-checkpoint.ts";
import { fillFromWeights } from "../checkpoint/parameter-file.ts";
import { saveCheckpoint } from "../checkpoint/save-checkpoint.ts";
import { conditioningOf, initialWeights } from "../initial-weights.ts";
import { joinRun } from "../ranks/join-run.ts";
import { fillAll } from "../ranks/share-array.ts";
import { tell } from "../ranks/tell.ts";
import { fillWith, flatLayout } from "../state/flat-layout.ts";
import type { Fill } from "../state/flat-layout.ts";
import { createTrainingState } from "../state/training-state.ts";
import { createTrainer } from "../training/trainer.ts";
import { openRun } from "./open-run.ts";
import type { RunEvent } from "./run-event.ts";
import { runLoop } from "./run-loop.ts";
import { checkRun, resolveRunOptions } from "./run-options.ts";
import type { RunOptions } from "./run-options.ts";
import { assertSameBlocks, assertSameSizes } from "./same-sizes.ts";
import { settingsOfRun } from "./settings-of-run.ts";

export interface TrainOptions extends RunOptions {
  /** What to train: a denoiser of the family `mdlm`, or `ar`. */
  readonly model: ModelDescription;
  /** Updates in all, those of a resumed run included. */
  readonly updates: number;
  /**
   * A model of the same sizes and vocabulary to start from, or for a denoiser an autoregressive one of the same blocks;
   * `initialWeights` of the seed unless given.
   */
  readonly initial?: Checkpoint | undefined;
}

/**
 * Trains a denoiser with the MDLM objective (Sahoo et al. 2024), or an autoregressive model with cross-entropy. The same
 * options give the same weights, however often the run was interrupted and resumed.
 *
 * @throws SdttError `usage` for options that do not go together; `numeric` if a loss, a gradient or a weight is not finite;
 *   `io` or `checkpoint` for the run's directory; `aborted` once the signal has fired and the run is saved.
 */
export async function* train(options: TrainOptions): AsyncGenerator<RunEvent, void> {
  const { engine, model, initial, tokenizer, keepLast = 2, ranks = alone } = options;
  const resolved = resolveRunOptions(options);
  if (initial) assertCanStart(model, initial.description);
  checkRun(options, model, { teacher: false });
  const settings = settingsOfRun(options, model, { task: "train", family: model.family });
  await joinRun(ranks, { ...settings, updates: options.updates }, options);
  await using run = await openRun(settings, options);
  const found = await tell(ranks, run?.found);
  const parameters = modelParameters(model);
  await using state = found
    ? await restoreState({ engine, parameters, path: found.path, ranks })
    : await createTrainingState({
        engine,
        parameters,
        initial: fillAll(ranks, start(options, resolved.seed)),
      });
  await using trainer = await createTrainer({
    ...options,
    ...resolved,
    state,
    progress: found?.state.progress,
  });
  if (found) {
    yield { kind: "resume", step: trainer.progress.step, path: found.path, damaged: found.damaged };
  }

  const identity = { description: model, ...(tokenizer ? { tokenizer } : {}) };
  yield* runLoop({
    run: options,
    trainer,
    state,
    model,
    steps: options.updates,
    resumed: found?.path,
    save:
      run &&
      (async () => {
        await run.assertHeld();
        const { directory } = run;
        const { progress } = trainer;
        return saveCheckpoint({ directory, state, identity, progress, settings, keepLast });
      }),
  });
}

function assertCanStart(model: ModelDescription, initial: ModelDescription): void {
  const [own, other] = [
    { name: "the model to train", description: model },
    { name: "the one to start from", description: initial },
  ];
  const assertSame = startsFromCausal(model, initial) ? assertSameBlocks : assertSameSizes;
  assertSame(own, other, "Give the model the sizes and the tokenizer of the one that it starts from.");
}

function startsFromCausal(model: ModelDescription, initial: ModelDescription): boolean {
  return !isCausal(model) && initial.family === "ar";
}

function start({ model, initial }: TrainOptions, seed: number): Fill {
  if (!initial) return fillWith(initialWeights({ model, seed }));
  const { weights, description } = initial;
  const own = startsFromCausal(model, description) ? conditioningOf(model, weights, seed) : [];
  return fillFromWeights(new Map([...weights, ...own]), flatLayout(modelParameters(model)));
}
