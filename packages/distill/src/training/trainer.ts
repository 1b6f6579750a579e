import { SdttError } from "@sdtt/core";
import { nelboWeight } from "@sdtt/losses";
import type { DitConfig } from "@sdtt/models";
import type { Engine } from "@sdtt/runtime";
import { logLinearSchedule } from "@sdtt/scheduler";
import type { Schedule } from "@sdtt/scheduler";
import { createMicroStep } from "../micro-step.ts";
import type { MicroBatch } from "../micro-step.ts";
import type { AdamWOptions } from "../optimizer/adamw.ts";
import { startOfTraining } from "../progress.ts";
import type { TrainingProgress } from "../progress.ts";
import type { TrainingState } from "../state/training-state.ts";
import type { BatchOrder, BlockSource } from "./block-source.ts";
import { microBatches, noiseBatch } from "./noised-batch.ts";
import type { NoisedBatch } from "./noised-batch.ts";
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
  readonly schedule?: Schedule;
  readonly antithetic?: boolean;
  /** Where to go on from; the start unless given. */
  readonly progress?: TrainingProgress;
}

/** A run that goes on one update at a time. Between updates its state is whole and may be saved. */
export interface Trainer extends AsyncDisposable {
  readonly progress: TrainingProgress;
  update(options?: { signal?: AbortSignal | undefined }): Promise<UpdateReport>;
}

/**
 * Trains a denoiser with the MDLM objective (Sahoo et al. 2024, eq. 10): cross-entropy at the masked positions, weighted by
 * sigma' / expm1(sigma), which is 1 / t for the log-linear schedule.
 */
export async function createTrainer(options: TrainingOptions): Promise<Trainer> {
  const { engine, config, state, seed, schedule = logLinearSchedule(), antithetic = true } = options;
  checkTraining(options);
  const { length } = options.source;
  const shape = { batch: options.microBatchSize, length };
  const microStep = await createMicroStep({
    engine,
    config,
    state,
    objective: { kind: "denoising" },
    ...shape,
  });
  const updates = await createUpdates(engine, state, options.optimizer);
  let progress = options.progress ?? startOfTraining;

  async function* batchesOf(batch: NoisedBatch): AsyncGenerator<MicroBatch> {
    const weights = Array.from(batch.times, (time) =>
      nelboWeight({ sigma: schedule.sigma(time), rate: schedule.rate(time) }),
    );
    for (const { start, end } of microBatches(options.batchSize, options.microBatchSize)) {
      const tokens = batch.noised.subarray(start * length, end * length);
      const clean = batch.clean.subarray(start * length, end * length);
      const rows = maskedRows(tokens, config.vocabSize - 1);
      yield {
        tokens,
        rows,
        rowWeights: Float32Array.from(
          rows,
          (row) => weights[start + Math.floor(row / length)]! / batch.clean.length,
        ),
        targets: Int32Array.from(rows, (row) => clean[row]!),
      };
    }
  }

  return {
    get progress() {
      return progress;
    },
    async update() {
      const clean = await options.source.read(options.order.at(progress.step));
      const noise = {
        maskId: config.vocabSize - 1,
        schedule,
        seed,
        step: progress.step,
        antithetic,
        leastTime: 1e-3,
      };
      const report = await updates.run(
        microStep,
        batchesOf(noiseBatch({ clean, length, ...noise })),
        progress,
      );
      progress = advance(progress);
      return report;
    },
    async [Symbol.asyncDispose]() {
      await updates[Symbol.asyncDispose]();
      await microStep[Symbol.asyncDispose]();
    },
  };
}

/** One update further. */
export function advance(progress: TrainingProgress): TrainingProgress {
  return {
    ...progress,
    step: progress.step + 1,
    optimizerStep: progress.optimizerStep + 1,
    averageStep: progress.averageStep + 1,
  };
}

/** Rows of a grid that hold the mask. */
function maskedRows(tokens: Int32Array, maskId: number): Int32Array {
  return Int32Array.from([...tokens.keys()].filter((row) => tokens[row] === maskId));
}

/** Throws `usage` for sizes that do not go together. */
export function checkTraining({ batchSize, microBatchSize, source, config }: TrainingOptions): void {
  if (config.timeConditioning) {
    throw new SdttError(
      "usage",
      "Models that are conditioned on time cannot be trained here: set timeConditioning to false.",
    );
  }
  if (!(batchSize >= 1 && microBatchSize >= 1 && batchSize % microBatchSize === 0)) {
    throw new SdttError(
      "usage",
      `The micro-batch size must divide the batch size; got ${microBatchSize} and ${batchSize}.`,
    );
  }
  if (source.blockCount < batchSize) {
    throw new SdttError(
      "usage",
      `The data has ${source.blockCount} blocks of ${source.length} tokens, fewer than one batch of ${batchSize}: use more data or smaller batches.`,
    );
  }
}
