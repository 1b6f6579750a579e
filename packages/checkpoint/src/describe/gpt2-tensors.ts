import { countBlocks, witness } from "./model-sizes.ts";
import type { ModelSizes, Shapes } from "./model-sizes.ts";

/** What Transformers puts before the names of all but the head, where a model is saved with its head. */
export const gpt2Prefix = "transformer.";

/** Whether these are the tensors of a GPT-2. */
export function isGpt2(names: readonly string[]): boolean {
  return names.some((name) => /(^|\.)h\.\d+\.attn\.c_attn\.weight$/.test(name));
}

/** Reads the sizes from the shapes of tensors by canonical name. Nothing shows the number of heads. */
export function readGpt2Sizes(tensors: Shapes): ModelSizes {
  return {
    vocabSize: witness(tensors, ["wte.weight"], 2, 0),
    hiddenSize: witness(tensors, ["wte.weight", "wpe.weight"], 2, 1),
    blockCount: countBlocks(tensors, "h"),
    length: witness(tensors, ["wpe.weight"], 2, 0),
  };
}

/**
 * Drops what a GPT-2's file holds beside its parameters: the causal mask of each block and the number that masked scores get, which
 * are buffers, and the head, which is the embedding once more.
 */
export function withoutGpt2Buffers<T>(tensors: ReadonlyMap<string, T>): Map<string, T> {
  return new Map([...tensors].filter(([name]) => !buffer.test(name)));
}

const buffer = /^(h\.\d+\.attn\.(bias|masked_bias)|lm_head\.weight)$/;
