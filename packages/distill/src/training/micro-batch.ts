import { tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { isCausal } from "@sdtt/models";
import type { StepProgramOptions } from "../programs/student-forward.ts";

/** One micro-batch: what to predict, from what, and what each row counts. */
export interface MicroBatch {
  /** Ids with masks, `[batch * length]`. */
  readonly tokens: Int32Array;
  /** The sequences' random vectors, `[batch * noiseSize]`, of a model with a noise input; zero unless given. */
  readonly noise?: Float32Array | undefined;
  /** Rows of the loss: positions of the flattened grid. */
  readonly rows: Int32Array;
  /** `[rows]` */
  readonly rowWeights: Float32Array;
  /** What the objective asks of each row, by the names of its inputs: `[rows, ...]` each. */
  readonly rowInputs?: Readonly<Record<string, Tensor>>;
  /** With dropout: which masks, from 0 to 2^32 - 1. */
  readonly dropoutSeed?: number;
}

/** A micro-batch as the inputs of a step or a loss program. */
export function microBatchFeeds(
  { tokens, noise, rows, rowWeights, rowInputs, dropoutSeed }: MicroBatch,
  { model, batch, length, dropout = 0 }: StepProgramOptions,
): Record<string, Tensor> {
  const int64 = (shape: number[], values: Int32Array) =>
    tensor("int64", shape, BigInt64Array.from(values, BigInt));
  const noiseSize = isCausal(model) ? undefined : model.config.noiseSize;
  return {
    tokens: int64([batch, length], tokens),
    ...(noiseSize === undefined
      ? {}
      : {
          noise: tensor("float32", [batch, noiseSize], noise ?? new Float32Array(batch * noiseSize)),
        }),
    rows: int64([rows.length], rows),
    row_weights: tensor("float32", [rows.length], rowWeights),
    ...(dropout > 0 ? { dropout_seed: tensor("int64", [], BigInt64Array.of(BigInt(dropoutSeed!))) } : {}),
    ...rowInputs,
  };
}

/** Rows of numbers, `[rows, width]`, as an input of an objective. */
export function rowsTensor(values: Float32Array, width: number): Tensor {
  return tensor("float32", [values.length / width, width], values);
}
