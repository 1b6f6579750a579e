import { elementCount } from "@sdtt/core";
import { causalParameters } from "@sdtt/models";
import type { CausalDescription, DitConfig } from "@sdtt/models";

const bytesPerNumber = 4;

/**
 * Bytes of memory that writing texts token by token reads at least: in every pass each weight once, but one row of the positions,
 * and the keys and values of all texts so far. Grows with the square of the length through the latter.
 */
export function causalTraffic(options: {
  readonly description: CausalDescription;
  readonly batch: number;
  /** Tokens that are written, one pass each. */
  readonly length: number;
}): number {
  const { description, batch, length } = options;
  const { blockCount, hiddenSize } = description.config;
  const weights = causalParameters(description)
    .filter(({ name }) => name !== "wpe.weight")
    .reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const positions = (length * (length + 1)) / 2;
  const cache = batch * positions * 2 * blockCount * hiddenSize;
  return bytesPerNumber * (length * weights + cache);
}

/**
 * Operations of the matrix products, attention included, of one text in one pass. All positions pass through all blocks; what
 * follows the last attention, and the projection on the vocabulary, are computed for the rows that the pass asks for.
 */
export function passOperations({ config, rows }: { config: DitConfig; rows: number }): number {
  const { blockCount, hiddenSize, length, vocabSize } = config;
  const projections = 6 * hiddenSize ** 2 + 4 * length * hiddenSize;
  const others = 18 * hiddenSize ** 2;
  const shared = length * (blockCount * projections + (blockCount - 1) * others);
  return shared + rows * (others + 2 * hiddenSize * (vocabSize - 1));
}

/** Of texts by diffusion, which ask for each position once. The first pass sees nothing but masks and costs no blocks. */
export function diffusionOperations(options: {
  readonly config: DitConfig;
  readonly batch: number;
  /** Of each text. */
  readonly passes: number;
}): number {
  const { config, batch, passes } = options;
  const shared = passOperations({ config, rows: 0 });
  const rows = passOperations({ config, rows: config.length }) - shared;
  return batch * ((passes - 1) * shared + rows);
}
