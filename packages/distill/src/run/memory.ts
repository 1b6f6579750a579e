import { SdttError } from "@sdtt/core";
import { modelParameters } from "@sdtt/models";
import type { ModelDescription } from "@sdtt/models";
import { flatLayout } from "../state/flat-layout.ts";

export interface MemoryOptions {
  readonly model: ModelDescription;
  readonly microBatchSize: number;
  /** Tokens of a block. */
  readonly length: number;
  /** Whether a teacher is held beside the student. */
  readonly teacher: boolean;
  /** Networks that are trained beside the student; none unless given. */
  readonly companions?: number | undefined;
  /** Whether blocks are computed again in the backward pass; not unless given. */
  readonly recompute?: boolean | undefined;
}

/** What a run holds, in bytes. */
export interface MemoryEstimate {
  readonly parameterCount: number;
  /** Of each network in training weights, both moments, average and gradient; and the teacher's weights. */
  readonly state: number;
  /** What a micro-batch keeps for its backward pass, and the logits of a chunk of rows. */
  readonly activations: number;
  readonly total: number;
}

const bytes = 4;
/** Blocks whose values are held at once where they are computed again: one and part of the next. */
const recomputedBlocks = 1.5;
/** Rows whose logits the step program holds at a time, and how many arrays of that size. */
const [chunk, logitArrays] = [256, 3];

/**
 * What training will take. Per token and block about 20 vectors of the hidden size are kept and twice the attention's
 * scores; measured peaks of three sizes (10 M parameters at 64 x 128 tokens, 170 M at 1 x 256 and 1 x 1024) are met to 15 %.
 * Where blocks are computed again, one vector per block is kept, and all of the block that is at its turn.
 */
export function estimateMemory(options: MemoryOptions): MemoryEstimate {
  const { model, microBatchSize, length, teacher, companions = 0, recompute = false } = options;
  const { hiddenSize, headCount, blockCount, vocabSize } = model.config;
  const parameterCount = flatLayout(modelParameters(model)).length;
  const state = parameterCount * (5 * (1 + companions) + (teacher ? 1 : 0)) * bytes;
  const perBlock = 20 * hiddenSize + 2 * headCount * length;
  const perToken = recompute ? blockCount * hiddenSize + recomputedBlocks * perBlock : blockCount * perBlock;
  const logits = logitArrays * Math.min(chunk, microBatchSize * length) * vocabSize;
  const activations = (microBatchSize * length * perToken + logits) * bytes;
  return { parameterCount, state, activations, total: state + activations };
}

/** Throws `unavailable` if a run cannot fit, with what it would take and what to do about it. */
export function assertFits(options: MemoryOptions, available: number): void {
  const { state, activations, total } = estimateMemory(options);
  if (total <= available) return;
  const { microBatchSize, length } = options;
  throw new SdttError(
    "unavailable",
    `A micro-batch of ${microBatchSize} x ${length} tokens takes about ${gibibytes(activations)} beside ${gibibytes(state)} for weights and optimizer; ${gibibytes(available)} are free: ${remedy(options, available)}.`,
  );
}

function remedy(options: MemoryOptions, available: number): string {
  if (estimateMemory(options).state > available) return "use a smaller model";
  if (options.recompute) return "lower microBatchSize";
  const { activations, total } = estimateMemory({ ...options, recompute: true });
  return total <= available
    ? `set recompute, with which a micro-batch takes about ${gibibytes(activations)}, or lower microBatchSize`
    : "set recompute and lower microBatchSize";
}

/** What to do when a micro-batch was too large after all, be it for a GPU whose memory nobody counted beforehand. */
export function explainShortage(cause: SdttError, options: Omit<MemoryOptions, "teacher">): SdttError {
  const { microBatchSize, length, recompute } = options;
  const { activations, state } = estimateMemory({ ...options, teacher: false });
  const half = Math.floor(microBatchSize / 2);
  const ways = [
    ...(half > 0 ? [`lower microBatchSize, to ${half} for a start`] : []),
    ...(recompute ? [] : ["set recompute"]),
  ];
  const advice = ways.length > 0 ? ways.join(", or ") : "use shorter blocks or a smaller model";
  return new SdttError(
    "out-of-memory",
    `A micro-batch of ${microBatchSize} x ${length} tokens did not fit: it takes about ${gibibytes(activations)} beside ${gibibytes(state)} for weights and optimizer. The weights are those before this update; ${advice}. ${cause.message}`,
    { cause },
  );
}

function gibibytes(count: number): string {
  return `${(count / 2 ** 30).toPrecision(3)} GiB`;
}
