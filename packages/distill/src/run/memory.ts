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
}

/** What a run holds, in bytes. */
export interface MemoryEstimate {
  readonly parameterCount: number;
  /** Weights, both moments, average and gradient, and the teacher's weights. */
  readonly state: number;
  /** What a micro-batch keeps for its backward pass, and the logits of a chunk of rows. */
  readonly activations: number;
  readonly total: number;
}

const bytes = 4;
/** Rows whose logits the step program holds at a time, and how many arrays of that size. */
const [chunk, logitArrays] = [256, 3];

/**
 * What training will take. Per token and block about 20 vectors of the hidden size are kept and twice the attention's
 * scores; measured peaks of three sizes (10 M parameters at 64 x 128 tokens, 170 M at 1 x 256 and 1 x 1024) are met to 15 %.
 */
export function estimateMemory({ model, microBatchSize, length, teacher }: MemoryOptions): MemoryEstimate {
  const { hiddenSize, headCount, blockCount, vocabSize } = model.config;
  const parameterCount = flatLayout(modelParameters(model)).length;
  const state = parameterCount * (teacher ? 6 : 5) * bytes;
  const perToken = blockCount * (20 * hiddenSize + 2 * headCount * length);
  const logits = logitArrays * Math.min(chunk, microBatchSize * length) * vocabSize;
  const activations = (microBatchSize * length * perToken + logits) * bytes;
  return { parameterCount, state, activations, total: state + activations };
}

/** Throws `unavailable` if a run cannot fit, with what it would take. */
export function assertFits(options: MemoryOptions, available: number): void {
  const { state, activations, total } = estimateMemory(options);
  if (total <= available) return;
  const { microBatchSize, length } = options;
  const remedy = state > available ? "use a smaller model" : "lower microBatchSize";
  throw new SdttError(
    "unavailable",
    `A micro-batch of ${microBatchSize} x ${length} tokens takes about ${gibibytes(activations)} beside ${gibibytes(state)} for weights and optimizer; ${gibibytes(available)} are free: ${remedy}.`,
  );
}

function gibibytes(count: number): string {
  return `${(count / 2 ** 30).toPrecision(3)} GiB`;
}
