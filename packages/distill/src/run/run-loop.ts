import { isSdttError, SdttError, throwIfAborted } from "@sdtt/core";
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

/** Updates one after another, and what is due between them. */
export async function* runLoop(options: RunLoopOptions): AsyncGenerator<RunEvent, void> {
  const { run, trainer, steps, endRound } = options;
  const { clock = () => performance.now(), signal, checkpointEvery = 1000 } = run;
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

  try {
    if (trainer.progress.step === 0) yield* watch.atStart();
    while (trainer.progress.step < steps) {
      throwIfAborted(signal);
      const start = clock();
      const report = await trainer.update({ signal });
      const seconds = (clock() - start) / 1000;
      const tokensPerSecond = (batchSize * source.length) / seconds;
      const { step, round } = trainer.progress;
      yield { kind: "update", step, steps, round, ...report, seconds, tokensPerSecond };
      yield* watch.after(step);
      const ended = await endRound?.();
      if (ended) yield ended;
      if (ended || step % checkpointEvery === 0 || step === steps) yield* save();
    }
  } catch (error) {
    if (isSdttError(error) && error.code === "aborted") yield* save();
    if (isSdttError(error) && error.code === "numeric" && saved) {
      throw new SdttError("numeric", `${error.message} The last good checkpoint is ${saved.path}.`, {
        cause: error,
      });
    }
    throw error;
  }
}
