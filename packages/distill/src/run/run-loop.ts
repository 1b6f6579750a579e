import { alone, isSdttError, SdttError, throwIfAborted } from "@sdtt/core";
import type { Trainer } from "../training/stepper.ts";
import type { RoundEndEvent, RunEvent } from "./run-event.ts";
import type { RunOptions } from "./run-options.ts";
import { createWatch } from "./watch.ts";
import type { WatchedModel } from "./watch.ts";

export interface RunLoopOptions extends WatchedModel {
  readonly run: RunOptions;
  readonly trainer: Trainer;
  /** Updates in all. */
  readonly steps: number;
  /** The checkpoint that the run resumes from. */
  readonly resumed?: string | undefined;
  /** Saves a checkpoint and gives its path, if the run is kept. */
  readonly save?: (() => Promise<string>) | undefined;
  /** Keeps the student if the last update ended a round. */
  readonly endRound?: () => Promise<RoundEndEvent | undefined>;
}

/**
 * Updates one after another, and what is due between them. Several ranks must stop at the same place, which is an update: what else
 * was stopped, by the same signal, is left out.
 */
export async function* runLoop(options: RunLoopOptions): AsyncGenerator<RunEvent, void> {
  const { run, trainer, steps, endRound } = options;
  const { clock = () => performance.now(), signal, checkpointEvery = 1000, ranks = alone } = run;
  const { batchSize, source } = run;
  await using watch = createWatch(options);
  let saved =
    options.resumed === undefined ? undefined : { step: trainer.progress.step, path: options.resumed };

  async function* save(): AsyncGenerator<RunEvent> {
    const { step } = trainer.progress;
    if (!options.save || saved?.step === step) return;
    const path = await options.save();
    saved = { step, path };
    yield { kind: "checkpoint", step, path };
  }

  async function* look(events: () => AsyncGenerator<RunEvent>): AsyncGenerator<RunEvent> {
    if (ranks.rank > 0) return;
    try {
      yield* events();
    } catch (error) {
      if (ranks.size === 1 || !isAborted(error)) throw error;
    }
  }

  try {
    if (trainer.progress.step === 0) yield* look(() => watch.atStart());
    while (trainer.progress.step < steps) {
      if (ranks.size === 1) throwIfAborted(signal);
      const start = clock();
      const report = await trainer.update({ signal });
      const seconds = (clock() - start) / 1000;
      const tokensPerSecond = (batchSize * source.length) / seconds;
      const { step, round } = trainer.progress;
      yield { kind: "update", step, steps, round, ...report, seconds, tokensPerSecond };
      yield* look(() => watch.after(step));
      const ended = await endRound?.();
      if (ended) yield ended;
      if (ended || step % checkpointEvery === 0 || step === steps) yield* save();
    }
  } catch (error) {
    if (isAborted(error)) yield* save();
    if (isSdttError(error) && error.code === "numeric" && saved) {
      throw new SdttError("numeric", `${error.message} The last good checkpoint is ${saved.path}.`, {
        cause: error,
      });
    }
    throw error;
  }
}

function isAborted(error: unknown): boolean {
  return isSdttError(error) && error.code === "aborted";
}
