import {
  add,
  concat,
  constant,
  cosine,
  divide,
  dimensionSize,
  gather,
  layerNorm,
  linear,
  multiply,
  reshape,
  scalar,
  silu,
  sine,
  split,
  zeros,
} from "@sdtt/graph";
import type { Dimension, Value } from "@sdtt/graph";
import { tensor } from "@sdtt/core";
import type { ParameterSource } from "./parameter-source.ts";

/**
 * How a noise level reaches the network: adaLN (Peebles & Xie 2023). Each norm is scaled and shifted, each branch gated,
 * by vectors that a small network makes of sigma.
 */
export interface Conditioning {
  /** `[1, condition]` where all sequences share it, else `[batch, condition]`. */
  readonly vector: Value;
  /**
   * Shared conditioning turns every modulation into one `[hidden]` vector, which becomes part of its norm's own scale and
   * bias; ONNX Runtime folds those to constants when it loads the weights. Exact, and the cost of adaLN is gone.
   */
  readonly shared: boolean;
}

/** The conditioning of sigma `[batch]`; absent, of the one constant sigma = 0 that MDLM and SDTT feed. */
export function conditioningOf(parameters: ParameterSource, sigma?: Value): Conditioning {
  const features = timestepFeatures(parameters, sigma ?? zeros(parameters.dtype, [1]));
  const layer = (name: string, x: Value) =>
    linear(x, parameters.get(`sigma_map.mlp.${name}.weight`), parameters.get(`sigma_map.mlp.${name}.bias`));
  return { vector: silu(layer("2", silu(layer("0", features)))), shared: !sigma };
}

const featureCount = 256;

/** cos and sin of sigma at 128 frequencies from 1 down to 1/10000, `[batch, 256]` (the original's TimestepEmbedder). */
function timestepFeatures({ dtype }: ParameterSource, sigma: Value): Value {
  const half = featureCount / 2;
  const frequencies = Array.from({ length: half }, (_, i) => Math.exp((-Math.log(10_000) * i) / half));
  const table = constant(
    dtype === "float64"
      ? tensor("float64", [1, half], Float64Array.from(frequencies))
      : tensor("float32", [1, half], Float32Array.from(frequencies)),
  );
  const angles = multiply(reshape(sigma, [sigma.shape[0]!, 1]), table);
  return concat([cosine(angles), sine(angles)], 1);
}

/** Gives each row of a modulation to the rows of the network that it acts on. */
export type Spread = (modulation: Value) => Value;

/** Rows of the grid: all of them, or chosen ones; `length` is that of one sequence. */
export function spreadOver(conditioning: Conditioning, length: Dimension, rows: Value): Spread {
  if (conditioning.shared) return (modulation) => reshape(modulation, modulation.shape.slice(1));
  const sequences = divide(rows, dimensionSize(length));
  return (modulation) => gather(modulation, sequences);
}

/** The modulation vectors of one adaLN layer, each `[1 or batch, hidden]`. */
export function modulations(
  parameters: ParameterSource,
  name: string,
  conditioning: Conditioning,
  parts: number,
): readonly Value[] {
  const all = linear(conditioning.vector, parameters.get(`${name}.weight`), parameters.get(`${name}.bias`));
  return split(all, { axis: 1, parts });
}

/** norm(x) * weight * (1 + scale) + shift. */
export function modulatedNorm(options: {
  x: Value;
  weight: Value;
  /** `[hidden]` for all rows, or `[rows, hidden]`. */
  shift: Value;
  scale: Value;
}): Value {
  const { x, weight, shift, scale } = options;
  const factor = add(scale, scalar(scale.dtype, 1));
  if (shift.shape.length === 1) return layerNorm(x, { scale: multiply(weight, factor), bias: shift });
  return add(multiply(layerNorm(x, { scale: weight }), factor), shift);
}
