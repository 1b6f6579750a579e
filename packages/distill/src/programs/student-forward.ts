import { input } from "@sdtt/graph";
import type { Value } from "@sdtt/graph";
import { declareParameters, isCausal, modelHidden, modelParameters, noiseInput } from "@sdtt/models";
import type { MatrixType, ModelDescription, ParameterSource } from "@sdtt/models";
import { headBias, headWeight } from "./head-names.ts";
import type { Objective, ObjectivePieces } from "./objective.ts";

export interface StepProgramOptions {
  readonly model: ModelDescription;
  readonly objective: Objective;
  /** Sequences of a micro-batch and their length; fixed, so that ONNX Runtime plans memory once. */
  readonly batch: number;
  readonly length: number;
  /** Rows whose logits are held at a time. */
  readonly chunk?: number;
  /** Keeps only the inputs of blocks, and computes the rest again in the backward pass. */
  readonly recompute?: boolean | undefined;
  /** The share of a branch's elements that become zero; adds the input `dropout_seed`. None unless given. */
  readonly dropout?: number | undefined;
  /** What the blocks' products and attention are computed in, forward and backward; float32 unless given. */
  readonly matrixDtype?: MatrixType | undefined;
}

/** The student up to its loss: what training and measuring have in common. */
export interface StudentForward extends ObjectivePieces {
  readonly parameters: ParameterSource;
  /** `[rows, hidden]` */
  readonly hidden: Value;
  /** The vocabulary projection without the mask's row: `[vocab - 1, hidden]` and `[vocab - 1]`. */
  readonly weight: Value;
  readonly bias: Value;
  /** `[rows]` */
  readonly rowWeights: Value;
}

export function studentForward(options: StepProgramOptions): StudentForward {
  const { model, objective, batch, length, recompute, dropout = 0, matrixDtype } = options;
  const parameters = declareParameters(modelParameters(model), { matrixDtype });
  const tokens = model.config.vocabSize - 1;
  return {
    parameters,
    hidden: modelHidden({
      model,
      parameters,
      tokens: input("tokens", "int64", [batch, length]),
      rows: input("rows", "int64", ["rows"]),
      noise: isCausal(model) ? undefined : noiseInput(model.config, batch),
      recompute,
      dropout: dropout > 0 ? { rate: dropout, seed: input("dropout_seed", "int64", []) } : undefined,
    }),
    weight: parameters.leadingRows(headWeight, tokens),
    bias: parameters.leadingRows(headBias, tokens),
    rowWeights: input("row_weights", "float32", ["rows"]),
    ...objective.pieces(model.config),
  };
}
