import { alone, createStream } from "@sdtt/core";
import type { Collective, RandomStream } from "@sdtt/core";
import type { MatrixType, ModelDescription } from "@sdtt/models";
import { checkPrecision } from "@sdtt/runtime";
import type { Engine } from "@sdtt/runtime";
import type { AdamWOptions } from "../optimizer/adamw.ts";
import type { TrainingProgress } from "../progress.ts";
import type { Deal } from "../ranks/deal.ts";
import type { TrainingState } from "../state/training-state.ts";
import type { BatchOrder, BlockSource } from "./block-source.ts";
import { checkBlocks, checkDevice, checkTraining } from "./check-training.ts";
import { createMicroStep } from "./micro-step.ts";
import type { MicroBatch } from "./micro-batch.ts";
import type { NoiseSettings } from "./noise-settings.ts";
import { createTaskMeter } from "./task-meter.ts";
import type { TaskMeter } from "./task-meter.ts";
import type { Task } from "./task.ts";
import { createUpdates } from "./updates.ts";
import type { UpdateReport } from "./updates.ts";

/** What training a model and distilling one have in common. */
export interface TrainingOptions extends NoiseSettings {
  readonly engine: Engine;
  readonly model: ModelDescription;
  readonly state: TrainingState;
  readonly source: BlockSource;
  readonly order: BatchOrder;
  /** Sequences of an update; the paper's is 128. */
  readonly batchSize: number;
  /** Sequences that the engine takes at a time; divides `batchSize`. */
  readonly microBatchSize: number;
  readonly optimizer: AdamWOptions;
  readonly seed: number;
  /** From 0 up to but not 1. */
  readonly dropout: number;
  /** Trades time for memory: computes blocks again in the backward pass. The gradients are the same. */
  readonly recompute: boolean;
  /**
   * What the student's products and attention are computed in; weights, moments, gradients and the loss are float32. No
   * float16: its gradients would need their loss scaled.
   */
  readonly dtype?: TrainingType | undefined;
  /** The processes that share each update; this one by itself unless given. */
  readonly ranks?: Collective | undefined;
  /** Where to resume; the start unless given. */
  readonly progress?: TrainingProgress | undefined;
}

/** What products may be computed in while training. */
export type TrainingType = Exclude<MatrixType, "float16">;

/** A run that advances one update at a time. Between updates its state is whole and may be saved. */
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
   * noise that is the same each time. Throws `numeric` if it is not finite.
   */
  measure(blocks: Int32Array, options?: { signal?: AbortSignal | undefined }): Promise<Measurement>;
}

/** What held-out blocks say of the moving average. */
export interface Measurement {
  /** In the unit of the training loss. */
  readonly loss: number;
  /** Where the loss is no such measure: the mean divergence from the teacher's distributions, in nats per masked position. */
  readonly distance?: number;
}

/** Updates and measurements of a task at a place of its course. All randomness follows from the seed and that place. */
export type Stepper = Omit<Trainer, "progress" | "update"> & {
  update(progress: TrainingProgress, signal: AbortSignal | undefined): Promise<UpdateReport>;
};

export async function createStepper(options: TrainingOptions & { task: Task }): Promise<Stepper> {
  checkTraining(options);
  const { engine, model, state, source, task, microBatchSize, dropout, recompute, dtype } = options;
  const { ranks = alone } = options;
  checkDevice(engine);
  checkPrecision(engine, dtype);
  const { objective, networks } = task;
  const { length } = source;
  const random = createStream(options.seed);
  const shape = { batch: microBatchSize, length };
  const program = {
    engine,
    model,
    state,
    objective,
    networks,
    ...shape,
    dropout,
    recompute,
    matrixDtype: dtype,
  };
  const microStep = await createMicroStep(program);
  const updates = await createUpdates(engine, state, options.optimizer, ranks);
  let meter: TaskMeter | undefined;

  return {
    async update(progress, signal) {
      const { step } = progress;
      const blocks = await source.read(options.order.at(step));
      checkBlocks(blocks, model.config);
      const [noise, teacher] = [random.child("noise").child(step), random.child("teacher").child(step)];
      const microBatches = task.microBatches(blocks, { noise, teacher, deal: ranks, signal });
      const masks = random.child("dropout").child(step);
      return updates.run(microStep, withDropout(microBatches, masks, ranks), { progress, signal });
    },

    async measure(blocks, { signal } = {}) {
      meter ??= await createTaskMeter({ ...program, task, random });
      return { loss: await meter.measure(blocks, signal) };
    },

    async [Symbol.asyncDispose]() {
      for (const owned of [updates, microStep, meter]) await owned?.[Symbol.asyncDispose]();
    },
  };
}

/** Gives each micro-batch of an update the seed of its masks, which follows from its number. */
async function* withDropout(
  microBatches: AsyncIterable<MicroBatch>,
  stream: RandomStream,
  { rank, size }: Deal,
): AsyncGenerator<MicroBatch> {
  let number = rank;
  for await (const micro of microBatches) {
    yield { ...micro, dropoutSeed: stream.uint32(number) };
    number += size;
  }
}
