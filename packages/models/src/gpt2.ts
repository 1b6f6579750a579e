import { add, cast, gelu, layerNorm, range, reshape, split } from "@sdtt/graph";
import type { Value } from "@sdtt/graph";
import type { CausalArchitecture, NormPlace } from "./causal-architecture.ts";
import type { ParameterSource } from "./parameter-source.ts";
import { project } from "./project.ts";

/**
 * GPT-2 (Radford et al. 2019): learnt positions, norms and layers with biases, GELU in its tanh form. Its weights are
 * `[in, out]`, so that products take them as they lie.
 */
export const gpt2: CausalArchitecture = ({ config, parameters, grid, start }) => {
  const [, length] = grid;
  return {
    embed(tokens) {
      const places = start ? add(range(length), start) : range(length);
      const ofTokens = reshape(parameters.rows("wte.weight", tokens), [...grid, config.hiddenSize]);
      const embedded = add(ofTokens, parameters.rows("wpe.weight", places));
      return reshape(embedded, [tokens.shape[0]!, config.hiddenSize]);
    },
    norm(place, x) {
      const name = normName(place);
      return layerNorm(x, {
        scale: parameters.get(`${name}.weight`),
        bias: parameters.get(`${name}.bias`),
        epsilon: gpt2Epsilon,
      });
    },
    queriesKeysValues(block, x) {
      const projected = layer(parameters, `h.${block}.attn.c_attn`, x);
      return split(projected, { axis: 1, parts: 3 }).map((part) =>
        reshape(part, [...grid, config.hiddenSize]),
      ) as [Value, Value, Value];
    },
    attentionOutput: (block, mixed) =>
      cast(layer(parameters, `h.${block}.attn.c_proj`, mixed), parameters.dtype),
    mlp(block, x) {
      const inner = layer(parameters, `h.${block}.mlp.c_fc`, x);
      return cast(layer(parameters, `h.${block}.mlp.c_proj`, gelu(inner)), parameters.dtype);
    },
  };
};

/** Of its norms (`layer_norm_epsilon`). */
export const gpt2Epsilon = 1e-5;

/** x `[rows, in]` by a weight `[in, out]`, and a bias `[out]`. */
function layer(parameters: ParameterSource, name: string, x: Value): Value {
  return project(parameters, x, { weight: `${name}.weight`, bias: `${name}.bias`, transposed: true });
}

function normName(place: NormPlace): string {
  return place === "final" ? "ln_f" : `h.${place.block}.${place.part === "attention" ? "ln_1" : "ln_2"}`;
}
