import { noiseProjection } from "@sdtt/models";
import type { StoredTensor } from "../tensor-file.ts";

/** A size and the tensor that shows it. */
interface Witnessed {
  readonly value: number;
  /** The tensor and its shape, for messages. */
  readonly witness: string;
}

/** The sizes of a model that its tensors show. The head count of a DiT shows only if the rotary frequencies were saved. */
export interface ModelSizes {
  readonly vocabSize?: Witnessed | undefined;
  readonly hiddenSize?: Witnessed | undefined;
  readonly conditionSize?: Witnessed | undefined;
  readonly blockCount: Witnessed;
  readonly headCount?: Witnessed | undefined;
  /** Of a noise input, where there is one. */
  readonly noiseSize?: Witnessed | undefined;
  /** Of learnt positions. */
  readonly length?: Witnessed | undefined;
}

export type Shapes = ReadonlyMap<string, Pick<StoredTensor, "shape">>;

/** The canonical name of the one buffer a DiT has: 10000^(-2i/headSize) for i < headSize / 2. */
export const rotaryBuffer = "rotary_emb.inv_freq";

/** Reads the sizes of a DiT from the shapes of tensors by canonical name. Where the first witness is missing the next one serves. */
export function readModelSizes(tensors: Shapes): ModelSizes {
  const matrices = ["vocab_embed.embedding", "output_layer.linear.weight"];
  const hiddenSize = witness(tensors, matrices, 2, 1);
  return {
    vocabSize: witness(tensors, matrices, 2, 0),
    hiddenSize,
    conditionSize: witness(tensors, ["sigma_map.mlp.0.weight", "sigma_map.mlp.2.weight"], 2, 0),
    blockCount: countBlocks(tensors, "blocks"),
    headCount: countHeads(tensors, hiddenSize),
    noiseSize: witness(tensors, [noiseProjection], 2, 1),
  };
}

export function witness(
  tensors: Shapes,
  names: readonly string[],
  rank: number,
  axis: number,
): Witnessed | undefined {
  for (const name of names) {
    const shape = tensors.get(name)?.shape;
    const value = shape?.length === rank ? shape[axis] : undefined;
    if (value) return { value, witness: `${name} [${shape!.join(", ")}]` };
  }
  return undefined;
}

/** Far above any model of the family; a block past it is an unknown tensor. */
const mostBlocks = 1000;

/** One more than the highest block, so that a gap shows as missing tensors. */
export function countBlocks(tensors: Shapes, called: string): Witnessed {
  let value = 0;
  for (const name of tensors.keys()) {
    const [list, number = "", rest] = name.split(".");
    const index = list === called && rest !== undefined && /^\d+$/.test(number) ? Number(number) : -1;
    if (index < mostBlocks) value = Math.max(value, index + 1);
  }
  return { value, witness: value > 0 ? `${called}.${value - 1}` : "no tensor of a block" };
}

function countHeads(tensors: Shapes, hiddenSize: Witnessed | undefined): Witnessed | undefined {
  const frequencies = witness(tensors, [rotaryBuffer], 1, 0);
  if (!frequencies || !hiddenSize) return undefined;
  const { value, witness: shown } = frequencies;
  return { value: hiddenSize.value / (2 * value), witness: `${shown} and hidden size ${hiddenSize.value}` };
}
