import { createStream, elementCount, tensor } from "@sdtt/core";
import { modelParameters } from "@sdtt/models";
import type { ModelDescription, ParameterSpec, Weights } from "@sdtt/models";
import { flatLayout } from "./state/flat-layout.ts";
import type { FlatLayout } from "./state/flat-layout.ts";

/**
 * The weights that a model begins with, as MDLM's `models/dit.py` and `models/autoregressive.py` (Sahoo et al. 2024) and PyTorch's `nn.Linear` have them,
 * `[layout.length]` by `flatLayout(modelParameters(model))`:
 *
 * - norms are one; every adaLN modulation and the output layer are zero, so that each block begins as the identity (DiT,
 *   Peebles & Xie 2023, section 3.2) and the model as the uniform distribution;
 * - all else is uniform within 1 / sqrt(fan-in), which is what `kaiming_uniform_(a = sqrt(5))` comes to, biases by the
 *   fan-in of their layer; the embedding `[vocab, hidden]` counts `hidden` as its fan-in.
 *
 * Each parameter draws from a stream of its own name, so that sizes do not move each other's draws.
 */
export function initialWeights({ model, seed }: { model: ModelDescription; seed: number }): Float32Array {
  const parameters = modelParameters(model);
  const { length, slots } = flatLayout(parameters);
  const weights = new Float32Array(length);
  const fanIns = new Map(parameters.map(({ name, shape }) => [name, shape[1]]));
  const stream = createStream(seed).child("initial weights");
  for (const { name, shape } of parameters) {
    const { offset } = slots.get(name)!;
    const values = weights.subarray(offset, offset + elementCount(shape));
    const kind = kindOf({ name });
    if (kind === "one") values.fill(1);
    if (kind !== "uniform") continue;
    const bound = 1 / Math.sqrt(fanIns.get(name.replace(/\.bias$/, ".weight"))!);
    const own = stream.child(name);
    for (let i = 0; i < values.length; i++) values[i] = (2 * own.uniform(i) - 1) * bound;
  }
  return weights;
}

function kindOf({ name }: Pick<ParameterSpec, "name">): "zero" | "one" | "uniform" {
  if (/norm\w*\.weight$/.test(name)) return "one";
  return name.includes("adaLN_modulation") || name.startsWith("output_layer.linear") ? "zero" : "uniform";
}

/**
 * The weights that a denoiser begins with when it starts from an autoregressive model of the same blocks: all that the two
 * share is taken over, as in DiffuGPT (Gong et al. 2024, arXiv 2410.17891), and every gate is one, for the blocks of an
 * autoregressive model have none. An autoregressive model learns from far fewer tokens; attending in both directions is
 * quickly learnt.
 *
 * @returns the parameters that the other model lacks, by name.
 */
export function conditioningOf(model: ModelDescription, shared: Weights, seed: number): Weights {
  const parameters = modelParameters(model);
  const layout = flatLayout(parameters);
  const fresh = initialWeights({ model, seed });
  openGates(fresh, layout);
  const missing = parameters.filter(({ name }) => !shared.has(name));
  return new Map(
    missing.map(({ name, shape }) => {
      const { offset } = layout.slots.get(name)!;
      const values = fresh.slice(offset, offset + elementCount(shape));
      return [name, { dtype: "float32", shape, source: { tensor: tensor("float32", shape, values) } }];
    }),
  );
}

/** A block's modulation is shift, scale and gate for attention, then for the MLP, each of the hidden size. */
function openGates(weights: Float32Array, { slots }: FlatLayout): void {
  for (const [name, { offset, shape }] of slots) {
    if (!/^blocks\.\d+\.adaLN_modulation\.bias$/.test(name)) continue;
    const width = shape[0]! / 6;
    for (const gate of [2, 5]) weights.fill(1, offset + gate * width, offset + (gate + 1) * width);
  }
}
