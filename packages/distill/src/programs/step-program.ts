import { accumulate, input, scalar, serialize, vectorJacobianProduct } from "@sdtt/graph";
import type { Program, Value } from "@sdtt/graph";
import { headLoss } from "@sdtt/losses";
import { createParameterSource, ditHidden, ditParameters } from "@sdtt/models";
import type { DitConfig } from "@sdtt/models";
import { objectivePieces } from "./objective.ts";
import type { Objective } from "./objective.ts";

export interface StepProgramOptions {
  readonly config: DitConfig;
  readonly objective: Objective;
  /** Sequences of a micro-batch and their length; fixed, so that ONNX Runtime plans memory once. */
  readonly batch: number;
  readonly length: number;
  /** Rows whose logits are held at a time. */
  readonly chunk?: number;
}

/** The input that holds what a parameter's gradient is added to, and the output with the sum. */
export const gradientInput = (parameter: string): string => `gradient:${parameter}`;
export const gradientOutput = (parameter: string): string => `summed:${parameter}`;

const headWeight = "output_layer.linear.weight";
const headBias = "output_layer.linear.bias";

/**
 * Forward, loss and backward of one micro-batch as one ONNX program. The DiT is the one that samples, differentiated as it
 * stands; its vocabulary projection and the loss are one sweep over chunks of rows.
 *
 * Inputs: every parameter by its name and `gradient:` of each; `tokens` int64 `[batch, length]`; `rows` int64 `[rows]`, the
 * masked positions; `row_weights` float32 `[rows]`; and those of the objective. Outputs: `loss` float32 `[]`, the weighted
 * sum of the rows' losses, and `summed:` of each gradient. The mask's row of the projection takes no part.
 */
export function stepProgram(options: StepProgramOptions): Program {
  const { config, objective, batch, length, chunk = 256 } = options;
  const parameters = createParameterSource({ config });
  const gradientOf = (name: string, { shape }: Value) => input(gradientInput(name), "float32", shape);
  const hidden = ditHidden({
    config,
    parameters,
    tokens: input("tokens", "int64", [batch, length]),
    rows: input("rows", "int64", ["rows"]),
  });
  const tokens = config.vocabSize - 1;
  const [weight, bias] = [headWeight, headBias].map((name) => parameters.leadingRows(name, tokens)) as [
    Value,
    Value,
  ];
  const head = headLoss({
    hidden,
    weight,
    bias,
    rowWeights: input("row_weights", "float32", ["rows"]),
    ...objectivePieces(objective, config),
    loss: scalar("float32", 0),
    weightGradient: gradientOf(headWeight, weight),
    biasGradient: gradientOf(headBias, bias),
    chunk,
  });

  const names = ditParameters(config)
    .map(({ name }) => name)
    .filter((name) => name !== headWeight && name !== headBias);
  const inputs = names.map((name) => parameters.get(name));
  const found = vectorJacobianProduct({ outputs: [hidden], cotangents: [head.hiddenGradient], inputs });
  const summed = names.flatMap((name, i) => {
    const gradient = found[i];
    return gradient
      ? [[gradientOutput(name), accumulate(gradient, gradientOf(name, inputs[i]!))] as const]
      : [];
  });
  return serialize({
    name: `train ${objective.kind}`,
    outputs: {
      loss: head.loss,
      [gradientOutput(headWeight)]: head.weightGradient,
      [gradientOutput(headBias)]: head.biasGradient,
      ...Object.fromEntries(summed),
    },
  });
}
