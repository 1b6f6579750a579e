import { input, linear, logSoftmax } from "@sdtt/graph";
import type { Value } from "@sdtt/graph";
import { crossEntropyGradient, divergenceGradient } from "@sdtt/losses";
import type { RowLossGradient, TrainableLossName } from "@sdtt/losses";
import type { HeadConfig } from "@sdtt/models";

/** What a step trains towards. */
export type Objective =
  /** Towards given ids, each row weighted: the MDLM objective with weights 1 / t, or the next token with equal ones. */
  | { readonly kind: "cross-entropy" }
  /** Towards a teacher's laws. */
  | { readonly kind: "distillation"; readonly loss: TrainableLossName; readonly target: DistillationTarget };

/**
 * How a teacher's laws come: as its final hidden rows, of a width, which the loss turns into laws chunk by chunk; or as
 * log-probabilities, which take more room and fit any teacher of the same vocabulary.
 */
type DistillationTarget =
  | { readonly kind: "hidden"; readonly hiddenSize: number }
  | { readonly kind: "log-probs" };

export interface ObjectivePieces {
  /** Inputs that have a row for each row of the loss. */
  readonly rowInputs: readonly Value[];
  readonly rowLoss: (logits: Value, rowInputs: readonly Value[]) => RowLossGradient;
}

/** Names of the inputs that are the teacher's vocabulary projection, and the parameters they are. */
export const teacherInputs = {
  teacher_weight: "output_layer.linear.weight",
  teacher_bias: "output_layer.linear.bias",
} as const;

/**
 * The inputs and the row loss of an objective. Cross-entropy: `targets` int64 `[rows]`. Distillation: `teacher_hidden` float32
 * `[rows, hidden]`, `teacher_weight` and `teacher_bias`; or `teacher_log_probs` float32 `[rows, vocab - 1]`.
 */
export function objectivePieces(objective: Objective, { vocabSize }: HeadConfig): ObjectivePieces {
  const tokens = vocabSize - 1;
  if (objective.kind === "cross-entropy") {
    const targets = input("targets", "int64", ["rows"]);
    return { rowInputs: [targets], rowLoss: (logits, [ids]) => crossEntropyGradient(logits, ids!) };
  }
  const { loss, target } = objective;
  if (target.kind === "log-probs") {
    const laws = input("teacher_log_probs", "float32", ["rows", tokens]);
    return { rowInputs: [laws], rowLoss: (logits, [law]) => divergenceGradient(loss, logits, law!) };
  }
  const weight = input("teacher_weight", "float32", [tokens, target.hiddenSize]);
  const bias = input("teacher_bias", "float32", [tokens]);
  return {
    rowInputs: [input("teacher_hidden", "float32", ["rows", target.hiddenSize])],
    rowLoss: (logits, [hidden]) =>
      divergenceGradient(loss, logits, logSoftmax(linear(hidden!, weight, bias))),
  };
}
