import type { CausalConfig, CausalDescription, DitConfig, HeadConfig, ModelDescription } from "./config.ts";

/** The name and shape of one parameter, as PyTorch names it with every wrapper's prefix stripped. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** What a noise input is projected by. The original has none. */
export const noiseProjection = "noise_map.weight";

/** Every parameter of a DiT, in the order of the original's state dict. Linear weights are `[out, in]`. */
export function ditParameters(config: DitConfig): ParameterSpec[] {
  const { vocabSize: V, hiddenSize: D, conditionSize: C, noiseSize: Z } = config;
  const block = (i: number): ParameterSpec[] => [
    ...blockParameters(i, D),
    { name: `blocks.${i}.adaLN_modulation.weight`, shape: [6 * D, C] },
    { name: `blocks.${i}.adaLN_modulation.bias`, shape: [6 * D] },
  ];
  return [
    { name: "vocab_embed.embedding", shape: [V, D] },
    { name: "sigma_map.mlp.0.weight", shape: [C, 256] },
    { name: "sigma_map.mlp.0.bias", shape: [C] },
    { name: "sigma_map.mlp.2.weight", shape: [C, C] },
    { name: "sigma_map.mlp.2.bias", shape: [C] },
    ...Array.from({ length: config.blockCount }, (_, i) => block(i)).flat(),
    { name: "output_layer.norm_final.weight", shape: [D] },
    ...headParameters(config),
    { name: "output_layer.adaLN_modulation.weight", shape: [2 * D, C] },
    { name: "output_layer.adaLN_modulation.bias", shape: [2 * D] },
    ...(Z === undefined ? [] : [{ name: noiseProjection, shape: [D, Z] }]),
  ];
}

/** Every parameter of an autoregressive model. */
export function causalParameters({ family, config }: CausalDescription): ParameterSpec[] {
  return family === "gpt2" ? gpt2Parameters(config) : causalDitParameters(config);
}

/** Those of a DiT without the conditioning. */
function causalDitParameters(config: CausalConfig): ParameterSpec[] {
  const { vocabSize: V, hiddenSize: D } = config;
  return [
    { name: "vocab_embed.embedding", shape: [V, D] },
    ...Array.from({ length: config.blockCount }, (_, i) => blockParameters(i, D)).flat(),
    { name: "output_layer.norm_final.weight", shape: [D] },
    ...headParameters(config),
  ];
}

/**
 * As Transformers names them. The weights of its layers are `[in, out]` ("Conv1D" in its code); the projection on the
 * vocabulary is the embedding.
 */
function gpt2Parameters({ vocabSize: V, hiddenSize: D, length, blockCount }: CausalConfig): ParameterSpec[] {
  const layer = (name: string, from: number, to: number): ParameterSpec[] => [
    { name: `${name}.weight`, shape: [from, to] },
    { name: `${name}.bias`, shape: [to] },
  ];
  const norm = (name: string): ParameterSpec[] => [
    { name: `${name}.weight`, shape: [D] },
    { name: `${name}.bias`, shape: [D] },
  ];
  const block = (i: number): ParameterSpec[] => [
    ...norm(`h.${i}.ln_1`),
    ...layer(`h.${i}.attn.c_attn`, D, 3 * D),
    ...layer(`h.${i}.attn.c_proj`, D, D),
    ...norm(`h.${i}.ln_2`),
    ...layer(`h.${i}.mlp.c_fc`, D, 4 * D),
    ...layer(`h.${i}.mlp.c_proj`, 4 * D, D),
  ];
  return [
    { name: "wte.weight", shape: [V, D] },
    { name: "wpe.weight", shape: [length, D] },
    ...Array.from({ length: blockCount }, (_, i) => block(i)).flat(),
    ...norm("ln_f"),
  ];
}

/** The projection on the vocabulary. */
export function headParameters({ vocabSize: V, hiddenSize: D, tiedTo }: HeadConfig): ParameterSpec[] {
  if (tiedTo !== undefined) return [{ name: tiedTo, shape: [V, D] }];
  return [
    { name: "output_layer.linear.weight", shape: [V, D] },
    { name: "output_layer.linear.bias", shape: [V] },
  ];
}

/** The matrices that the blocks of a model multiply with, but for those of the modulations. */
export function blockMatrices({ family, config }: ModelDescription): BlockMatrix[] {
  const isGpt2 = family === "gpt2";
  const [prefix, layers] = isGpt2
    ? ["h", ["attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"]]
    : ["blocks", ["attn_qkv", "attn_out", "mlp.0", "mlp.2"]];
  return Array.from({ length: config.blockCount }, (_, i) =>
    layers.map((layer) => ({ name: `${prefix}.${i}.${layer}.weight`, transposed: isGpt2 })),
  ).flat();
}

export interface BlockMatrix {
  readonly name: string;
  /** `[in, out]` instead of `[out, in]`. */
  readonly transposed: boolean;
}

/** What a block has whether it is conditioned or not. */
function blockParameters(i: number, D: number): ParameterSpec[] {
  return [
    { name: `blocks.${i}.norm1.weight`, shape: [D] },
    { name: `blocks.${i}.attn_qkv.weight`, shape: [3 * D, D] },
    { name: `blocks.${i}.attn_out.weight`, shape: [D, D] },
    { name: `blocks.${i}.norm2.weight`, shape: [D] },
    { name: `blocks.${i}.mlp.0.weight`, shape: [4 * D, D] },
    { name: `blocks.${i}.mlp.0.bias`, shape: [4 * D] },
    { name: `blocks.${i}.mlp.2.weight`, shape: [D, 4 * D] },
    { name: `blocks.${i}.mlp.2.bias`, shape: [D] },
  ];
}
