import { createStream, SdttError } from "@sdtt/core";
import type { DitConfig } from "@sdtt/models";
import type { Engine } from "@sdtt/runtime";
import type { Schedule } from "@sdtt/scheduler";
import type { AdamWOptions } from "../optimizer/adamw.ts";
import type { TrainingProgress } from "../progress.ts";
import type { TrainingState } from "../state/training-state.ts";
import type { BatchOrder, BlockSource } from "./block-source.ts";
import { checkBlocks, checkTraining } from "./check-training.ts";
import { createLossMeter, createMicroStep } from "./micro-step.ts";
import type { MicroStep } from "./micro-step.ts";
import { noiseBatch } from "./noised-batch.ts";
import type { Task } from "./task.ts";
import { createUpdates } from "./updates.ts";
import type { UpdateReport } from "./updates.ts";

/** What training a denoiser and distilling one have in common. */
export interface TrainingOptions {
  readonly engine: Engine;
  readonly config: DitConfig;
  readonly state: TrainingState;
  readonly source: BlockSource;
  readonly order: BatchOrder;
  /** Sequences of an update; the paper's is 128. */
  readonly batchSize: number;
  /** Sequences that the engine takes at a time; divides `batchSize`. */
  readonly microBatchSize: number;
  readonly optimizer: AdamWOptions;
  readonly seed: number;
  readonly schedule: Schedule;
  /** Spreads the times of a batch evenly. */
  readonly antithetic: boolean;
  /** Where to go on from; the start unless given. */
  readonly progress?: TrainingProgress | undefined;
}

/** A run that goes on one update at a time. Between updates its state is whole and may be saved. */
export interface Trainer extends AsyncDisposable {
  readonly progress: TrainingProgress;
  /**
   * One update. If it is stopped or fails, weights and moments are as before it.
   *
   * @throws SdttError `aborted`, `numeric`, or what the engine and the data throw.
   */
  update(options?: { signal?: AbortSignal | undefined }): Promise<UpdateReport>;
  /**
   * The loss of blocks `[n, length]`, n a multiple of the micro-batch size, under the moving average of the weights and
   * noise that is the same each time.
   */
  measure(blocks: Int32Array, options?: { signal?: AbortSignal | undefined }): Promise<number>;
}

/** Updates and measurements of a task at a place of its course. All randomness follows from the seed and that place. */
export type Stepper = Omit<Trainer, "progress" | "update"> & {
  update(progress: TrainingProgress, signal: AbortSignal | undefined): Promise<UpdateReport>;
};

export async function createStepper(options: TrainingOptions & { task: Task }): Promise<Stepper> {
  checkTraining(options);
  const { engine, config, state, source, task, schedule, antithetic, microBatchSize } = options;
  const { length } = source;
  const random = createStream(options.seed);
  const shape = { batch: microBatchSize, length };
  const program = { engine, config, state, objective: task.objective, teacher: task.teacher, ...shape };
  const microStep = await createMicroStep(program);
  const updates = await createUpdates(engine, state, options.optimizer);
  let meter: MicroStep | undefined;

  const noised = (clean: Int32Array, stream: typeof random) => {
    checkBlocks(clean, config);
    const maskId = config.vocabSize - 1;
    const { leastTime } = task;
    return noiseBatch({ clean, length, maskId, schedule, antithetic, leastTime, stream });
  };

  return {
    async update(progress, signal) {
      const { step } = progress;
      const batch = noised(await source.read(options.order.at(step)), random.child("noise").child(step));
      const stream = random.child("teacher").child(step);
      return updates.run(microStep, task.microBatches(batch, { stream, signal }), { progress, signal });
    },

    async measure(blocks, { signal } = {}) {
      const sequences = blocks.length / length;
      if (sequences === 0 || sequences % microBatchSize !== 0) {
        throw new SdttError(
          "usage",
          `Blocks are measured ${microBatchSize} at a time, as many as a micro-batch has; got ${sequences}.`,
        );
      }
      meter ??= await createLossMeter(program);
      const held = random.child("held out");
      const batch = noised(blocks, held.child("noise"));
      let loss = 0;
      for await (const micro of task.microBatches(batch, { stream: held.child("teacher"), signal })) {
        if (micro.rows.length > 0) loss += await meter.run(micro);
      }
      return loss;
    },

    async [Symbol.asyncDispose]() {
      for (const owned of [updates, microStep, meter]) await owned?.[Symbol.asyncDispose]();
    },
  };
}
