import { SdttError } from "@sdtt/core";
import type { ModelDescription } from "@sdtt/models";
import type { TrainingState } from "../state/training-state.ts";
import type { Trainer } from "../training/stepper.ts";
import type { RunEvent } from "./run-event.ts";
import { resolveRunOptions } from "./run-options.ts";
import type { RunOptions, RunSampleOptions, ValidationOptions } from "./run-options.ts";
import { createWriter } from "./writer.ts";
import type { Writer } from "./writer.ts";

/** The model of a run, to look at from time to time. */
export interface WatchedModel {
  readonly run: RunOptions;
  readonly trainer: Trainer;
  readonly state: TrainingState;
  readonly model: ModelDescription;
}

/** Validations and samples at their intervals. */
export interface Watch extends AsyncDisposable {
  atStart(): AsyncGenerator<RunEvent>;
  after(step: number): AsyncGenerator<RunEvent>;
}

export function createWatch({ run, trainer, state, model }: WatchedModel): Watch {
  const { validation, samples, signal } = run;
  const { seed, schedule, microBatchSize, keepBos } = resolveRunOptions(run);
  let blocks: Int32Array | undefined;
  let writer: Writer | undefined;

  async function* validate(): AsyncGenerator<RunEvent> {
    blocks ??= await heldOutBlocks(validation!, run.source.length, microBatchSize);
    const measured = await trainer.measure(blocks, { signal });
    const { step, round } = trainer.progress;
    const { texts } = validation!;
    const entropy = texts ? { entropy: meanEntropy(await writeTexts(texts)) } : {};
    yield { kind: "validation", step, round, ...measured, ...entropy };
  }

  async function* write(step: number): AsyncGenerator<RunEvent> {
    yield { kind: "sample", step, tokens: await writeTexts(samples!) };
  }

  async function writeTexts({ count: batch = 1, steps = 32 }: Omit<RunSampleOptions, "every">) {
    writer ??= await createWriter({ engine: run.engine, model, weights: state.views("average") });
    const { length } = run.source;
    const [begin] = await run.source.read([0]);
    const text = { begin: begin!, keepBos, length, batch, steps };
    const tokens = await writer.write({ ...text, schedule, seed, signal });
    return Array.from({ length: batch }, (_, i) => tokens.slice(i * length, (i + 1) * length));
  }

  return {
    async *atStart() {
      if (validation) yield* validate();
    },
    async *after(step) {
      if (validation && step % validation.every === 0) yield* validate();
      if (samples && step % samples.every === 0) yield* write(step);
    },
    async [Symbol.asyncDispose]() {
      await writer?.[Symbol.asyncDispose]();
    },
  };
}

/** Of each text the entropy of its own ids in nats; the mean. */
function meanEntropy(texts: readonly Int32Array[]): number {
  const entropies = texts.map((ids) => {
    const counts = new Map<number, number>();
    for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
    return [...counts.values()].reduce((sum, n) => sum - (n / ids.length) * Math.log(n / ids.length), 0);
  });
  return entropies.reduce((sum, entropy) => sum + entropy, 0) / texts.length;
}

async function heldOutBlocks(
  { source, blocks = 64 }: ValidationOptions,
  length: number,
  microBatchSize: number,
): Promise<Int32Array> {
  if (source.length !== length) {
    throw new SdttError(
      "usage",
      `Validation blocks have ${source.length} tokens, training blocks ${length}: they must be equal.`,
    );
  }
  const wanted = Math.min(blocks, source.blockCount);
  const count = wanted - (wanted % microBatchSize);
  if (count === 0) {
    throw new SdttError(
      "usage",
      `Validation has ${wanted} blocks of ${length} tokens, fewer than one micro-batch of ${microBatchSize}: use more text.`,
    );
  }
  // Spread over all of the text: the first blocks would be one document's.
  return source.read(
    Int32Array.from({ length: count }, (_, i) => Math.floor((i * source.blockCount) / count)),
  );
}
