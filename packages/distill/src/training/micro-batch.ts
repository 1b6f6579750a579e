import { SdttError, tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import type { StepProgramOptions } from "../programs/student-forward.ts";

/** One micro-batch: what to predict, from what, and what each row counts. */
export interface MicroBatch {
  /** Ids with masks, `[batch * length]`. */
  readonly tokens: Int32Array;
  /** Rows of the loss: positions of the flattened grid. */
  readonly rows: Int32Array;
  /** `[rows]` */
  readonly rowWeights: Float32Array;
  /** Cross-entropy: the ids to predict, `[rows]`. */
  readonly targets?: Int32Array;
  /** Distillation: the teacher's final hidden rows, `[rows, hidden]`, or log-probabilities, `[rows, vocab - 1]`. */
  readonly teacher?: Float32Array;
  /** With dropout: which masks, from 0 to 2^32 - 1. */
  readonly dropoutSeed?: number;
}

/** A micro-batch as the inputs of a step or a loss program. */
export function microBatchFeeds(
  { tokens, rows, rowWeights, targets, teacher, dropoutSeed }: MicroBatch,
  { objective, batch, length, model, dropout = 0 }: StepProgramOptions,
): Record<string, Tensor> {
  const int64 = (shape: number[], values: Int32Array) =>
    tensor("int64", shape, BigInt64Array.from(values, BigInt));
  const common = {
    tokens: int64([batch, length], tokens),
    rows: int64([rows.length], rows),
    row_weights: tensor("float32", [rows.length], rowWeights),
    ...(dropout > 0 ? { dropout_seed: tensor("int64", [], BigInt64Array.of(BigInt(dropoutSeed!))) } : {}),
  };
  if (objective.kind === "cross-entropy") {
    if (!targets) throw new SdttError("usage", "A step of cross-entropy needs the ids to predict.");
    return { ...common, targets: int64([rows.length], targets) };
  }
  if (!teacher) throw new SdttError("usage", "A distillation step needs the teacher's rows.");
  const { target } = objective;
  return target.kind === "hidden"
    ? { ...common, teacher_hidden: tensor("float32", [rows.length, target.hiddenSize], teacher) }
    : { ...common, teacher_log_probs: tensor("float32", [rows.length, model.config.vocabSize - 1], teacher) };
}
