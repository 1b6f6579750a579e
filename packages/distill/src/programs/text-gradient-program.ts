import { accumulate, input, scalar, serialize, vectorJacobianProduct, zeros } from "@sdtt/graph";
import type { Program, Value, Weights } from "@sdtt/graph";
import { crossEntropyGradient, headLoss } from "@sdtt/losses";
import { causalHidden, causalParameters, declareParameters, headOf, tokenCount } from "@sdtt/models";
import type { CausalDescription } from "@sdtt/models";
import { headBias, headWeight } from "./head-names.ts";
import { gradientInput, gradientOutput } from "./step-program.ts";

export interface TextGradientProgramOptions {
  readonly model: CausalDescription;
  /** Part of the program, in files that the runtime maps. */
  readonly weights: Weights;
  readonly batch: number;
  readonly length: number;
  /** Rows whose logits are held at a time. */
  readonly chunk?: number;
}

/**
 * The gradient of the weighted sum of `-log p` of tokens given those before, by every parameter of an autoregressive model.
 *
 * Inputs: `gradient:` of each parameter, float32; `tokens` int64 `[batch, length]`; `rows` int64 `[rows]`, the positions
 * before the tokens; `targets` int64 `[rows]`, the tokens; `row_weights` float32 `[rows]`. Outputs: `summed:` of each gradient.
 * The mask's row of a projection takes no part. An embedding that is the projection too gets the gradients of both. Only the
 * inputs of blocks are kept, and the rest is computed again on the way back.
 */
export function textGradientProgram(options: TextGradientProgramOptions): Program {
  const { model, weights, batch, length, chunk = 256 } = options;
  const parameters = declareParameters(causalParameters(model), { weights });
  const head = headOf(model);
  const { tiedTo } = head;
  const tokens = tokenCount(head);
  const weightName = tiedTo ?? headWeight;
  const weight = parameters.leadingRows(weightName, tokens);
  const bias = tiedTo ? zeros("float32", [tokens]) : parameters.leadingRows(headBias, tokens);
  const hidden = causalHidden({
    model,
    parameters,
    tokens: input("tokens", "int64", [batch, length]),
    rows: input("rows", "int64", ["rows"]),
    recompute: true,
  });
  const gradientOf = (name: string, { shape }: Value) => input(gradientInput(name), "float32", shape);
  const swept = headLoss({
    hidden,
    weight,
    bias,
    rowWeights: input("row_weights", "float32", ["rows"]),
    rowInputs: [input("targets", "int64", ["rows"])],
    rowLoss: (logits, [targets]) => crossEntropyGradient(logits, targets!),
    loss: scalar("float32", 0),
    weightGradient: gradientOf(weightName, weight),
    biasGradient: tiedTo ? zeros("float32", [tokens]) : gradientOf(headBias, bias),
    chunk,
  });

  const names = causalParameters(model)
    .map(({ name }) => name)
    .filter((name) => name !== headWeight && name !== headBias);
  const inputs = names.map((name) => parameters.get(name));
  const found = vectorJacobianProduct({ outputs: [hidden], cotangents: [swept.hiddenGradient], inputs });
  const summed = names.flatMap((name, i) => {
    const base = name === tiedTo ? swept.weightGradient : gradientOf(name, inputs[i]!);
    return found[i] ? [[gradientOutput(name), accumulate(found[i], base)] as const] : [];
  });
  const ofHead = tiedTo
    ? {}
    : {
        [gradientOutput(headWeight)]: swept.weightGradient,
        [gradientOutput(headBias)]: swept.biasGradient,
      };
  return serialize({ name: "text gradient", outputs: { ...ofHead, ...Object.fromEntries(summed) }, weights });
}
