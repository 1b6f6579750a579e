import { accumulate, input, scalar, serialize, vectorJacobianProduct } from "@sdtt/graph";
import type { Program, Value } from "@sdtt/graph";
import { headLoss } from "@sdtt/losses";
import { modelParameters } from "@sdtt/models";
import { headBias, headWeight } from "./head-names.ts";
import { studentForward } from "./student-forward.ts";
import type { StepProgramOptions } from "./student-forward.ts";

/** The input that holds what a parameter's gradient is added to, and the output with the sum. */
export const gradientInput = (parameter: string): string => `gradient:${parameter}`;
export const gradientOutput = (parameter: string): string => `summed:${parameter}`;

/**
 * Forward, loss and backward of one micro-batch as one ONNX program. The network is the one that samples, differentiated as it
 * stands; its vocabulary projection and the loss are one sweep over chunks of rows.
 *
 * Inputs: every parameter by its name and `gradient:` of each; `tokens` int64 `[batch, length]`; `rows` int64 `[rows]`, the
 * positions that the loss is over; `noise` float32 `[batch, noiseSize]` of a model with a noise input; `row_weights` float32
 * `[rows]`; those of the objective; and, with dropout, `dropout_seed` int64 `[]`, from 0 to 2^32 - 1. Outputs: `loss` float32 `[]`, the weighted
 * sum of the rows' losses, and `summed:` of each gradient. The mask's row of the projection takes no part.
 */
export function stepProgram(options: StepProgramOptions): Program {
  const { model, objective, chunk = 256 } = options;
  const { parameters, hidden, weight, bias, ...rest } = studentForward(options);
  const gradientOf = (name: string, { shape }: Value) => input(gradientInput(name), "float32", shape);
  const head = headLoss({
    hidden,
    weight,
    bias,
    ...rest,
    loss: scalar("float32", 0),
    weightGradient: gradientOf(headWeight, weight),
    biasGradient: gradientOf(headBias, bias),
    chunk,
  });

  const names = modelParameters(model)
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
    name: `train ${objective.name}`,
    outputs: {
      loss: head.loss,
      [gradientOutput(headWeight)]: head.weightGradient,
      [gradientOutput(headBias)]: head.biasGradient,
      ...Object.fromEntries(summed),
    },
  });
}
