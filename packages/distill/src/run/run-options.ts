import { alone } from "@sdtt/core";
import type { Collective } from "@sdtt/core";
import type { Checkpoint } from "@sdtt/hub";
import type { ModelDescription } from "@sdtt/models";
import type { Engine } from "@sdtt/runtime";
import { logLinearSchedule } from "@sdtt/scheduler";
import type { MaskOrder, Schedule } from "@sdtt/scheduler";
import type { RunSettings } from "../checkpoint/state-file.ts";
import type { AdamWOptions } from "../optimizer/adamw.ts";
import type { BatchOrder, BlockSource } from "../training/block-source.ts";
import { checkDeal } from "../ranks/deal.ts";
import { checkTraining } from "../training/check-training.ts";
import type { NoiseSettings } from "../training/noise-settings.ts";
import type { TrainingType } from "../training/stepper.ts";
import { assertFits } from "./memory.ts";
import type { MemoryOptions } from "./memory.ts";

/** What every run needs, whatever it trains. */
export interface RunOptions {
  readonly engine: Engine;
  readonly source: BlockSource;
  readonly order: BatchOrder;
  /** Sequences of an update; the paper's is 128. */
  readonly batchSize: number;
  /** Sequences that the engine takes at a time; divides `batchSize`, and is it unless given. */
  readonly microBatchSize?: number | undefined;
  readonly optimizer: AdamWOptions;
  /** From 0 to 2^53 - 1; 1 unless given. */
  readonly seed?: number | undefined;
  /** Log-linear unless given. */
  readonly schedule?: Schedule | undefined;
  /** Spreads the times of a batch evenly, as the original; true unless given. */
  readonly antithetic?: boolean | undefined;
  /**
   * Which positions are masked together, in the forward process and along the teacher's steps: `random`, as published, unless given.
   * With `spread` a model learns from the masks that a sampler of that order meets; the training loss is then no longer the NELBO.
   */
  readonly maskOrder?: MaskOrder | undefined;
  /**
   * Never masks the first position of a block, which holds the BOS, and begins the run's own texts with it. For a model that is sampled
   * with a BOS: rotary positions are relative, so that without one given token it cannot tell where a fully masked text begins.
   * False, as published, unless given; the training loss is then no longer the NELBO.
   */
  readonly keepBos?: boolean | undefined;
  /**
   * The share of elements that become zero where a block's branches join the residual stream, in training only; from 0 up
   * to but not 1, and 0 unless given. The original trains with 0.1.
   */
  readonly dropout?: number | undefined;
  /** Trades time, about a quarter, for memory: computes blocks again in the backward pass. False unless given. */
  readonly recompute?: boolean | undefined;
  /** What the student's products and attention are computed in; float32 unless given. bfloat16 is for CUDA. */
  readonly dtype?: TrainingType | undefined;
  /** Where the run is kept, and resumed if it exists; nothing is saved without. */
  readonly directory?: string | undefined;
  /** Updates between checkpoints; 1000 unless given. The end of a run or of a round makes one anyway. */
  readonly checkpointEvery?: number | undefined;
  /** Checkpoints to keep; 2 unless given, so that one is left should the newest be damaged. */
  readonly keepLast?: number | undefined;
  readonly validation?: ValidationOptions | undefined;
  readonly samples?: RunSampleOptions | undefined;
  /** Goes into every model that is saved. */
  readonly tokenizer?: Checkpoint["tokenizer"];
  /** What else the run's course depends on: a directory is resumed only under the same. */
  readonly settings?: RunSettings | undefined;
  /** Bytes that may be taken; what the process can get unless given. A run that needs more is refused before it starts. */
  readonly availableMemory?: number | undefined;
  /**
   * The processes that share each update, all started with the same options: micro-batches are dealt out by their number. Rank 0 reads
   * the directory and writes into it, validates and samples; the others tell only of the resume, the updates and the ends of rounds. How
   * many ranks there are may change where a run resumes. This process by itself unless given.
   */
  readonly ranks?: Collective | undefined;
  /** Milliseconds, monotonic. */
  readonly clock?: (() => number) | undefined;
  /** Stops the run between micro-batches: what it had done is saved, then it throws `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

export interface ValidationOptions {
  /** Blocks that are not trained on, as long as those that are. */
  readonly source: BlockSource;
  /** Updates between validations; the first comes before any. */
  readonly every: number;
  /** The first this many blocks; 64 unless given, or all where there are fewer. */
  readonly blocks?: number | undefined;
  /** Writes texts at each validation too, and tells their entropy: a student that collapses shows there first. */
  readonly texts?: { readonly count: number; readonly steps: number } | undefined;
}

export interface RunSampleOptions {
  /** Updates between samples. */
  readonly every: number;
  /** Texts; 1 unless given. */
  readonly count?: number | undefined;
  /** Steps of the diffusion; 32 unless given. */
  readonly steps?: number | undefined;
}

/** Throws for sizes that do not go together or do not fit into memory. */
export function checkRun(
  options: RunOptions,
  model: ModelDescription,
  networks: Pick<MemoryOptions, "teacher" | "companions">,
): void {
  const { engine, source, batchSize, availableMemory = process.availableMemory() || Infinity } = options;
  const { ranks = alone } = options;
  const { microBatchSize, dropout, recompute } = resolveRunOptions(options);
  checkTraining({ model, source, batchSize, microBatchSize, dropout });
  checkDeal(ranks, { batchSize, microBatchSize });
  if (engine.device !== "cpu") return;
  assertFits({ model, microBatchSize, length: source.length, ...networks, recompute }, availableMemory);
}

/** The options that a trainer takes, with their defaults. */
export function resolveRunOptions(options: RunOptions): NoiseSettings & {
  keepBos: boolean;
  microBatchSize: number;
  seed: number;
  dropout: number;
  recompute: boolean;
  dtype: TrainingType;
} {
  const { batchSize, microBatchSize = batchSize, seed = 1, schedule = logLinearSchedule() } = options;
  const {
    antithetic = true,
    maskOrder = "random",
    keepBos = false,
    dropout = 0,
    recompute = false,
    dtype = "float32",
  } = options;
  return { microBatchSize, seed, schedule, antithetic, maskOrder, keepBos, dropout, recompute, dtype };
}
