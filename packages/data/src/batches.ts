import { createStream, SdttError } from "@sdtt/core";

export interface BatchesOptions {
  readonly blockCount: number;
  /** Blocks of a batch. */
  readonly batchSize: number;
  /** An integer from 0 to 2^53 - 1. */
  readonly seed: number;
}

/** Which blocks make up batch n. The place in a training is that number and nothing else. */
export interface Batches {
  /** Whole batches of an epoch; the blocks that would make a last, incomplete one sit this epoch out. */
  readonly batchesPerEpoch: number;
  /** Block indices of a batch, `[batchSize]`; a batch is a whole number from 0, across all epochs. */
  at(batch: number): Int32Array;
}

/**
 * Every epoch goes through the blocks in an order of its own, which follows from seed and epoch alone; a last batch that
 * is not whole is dropped, as in the original (`shuffle`, `drop_last`).
 *
 * @throws SdttError `usage` if the blocks do not fill one batch.
 */
export function createBatches({ blockCount, batchSize, seed }: BatchesOptions): Batches {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new SdttError("usage", `A batch size is a whole number from 1; got ${batchSize}.`);
  }
  const batchesPerEpoch = Math.floor(blockCount / batchSize);
  if (!(batchesPerEpoch >= 1)) {
    throw new SdttError(
      "usage",
      `The data has ${blockCount} blocks, fewer than one batch of ${batchSize}: use more text, shorter blocks or smaller batches.`,
    );
  }
  const orders = createStream(seed).child("order");
  let latest: { epoch: number; order: Int32Array } | undefined;

  const orderOf = (epoch: number): Int32Array => {
    if (latest?.epoch !== epoch)
      latest = { epoch, order: permutation(blockCount, orders.child(epoch).uniform) };
    return latest.order;
  };

  return {
    batchesPerEpoch,
    at(batch) {
      if (!Number.isSafeInteger(batch) || batch < 0) {
        throw new SdttError("usage", `Batches are numbered by whole numbers from 0; got ${batch}.`);
      }
      const start = (batch % batchesPerEpoch) * batchSize;
      return orderOf(Math.floor(batch / batchesPerEpoch)).slice(start, start + batchSize);
    },
  };
}

/** Fisher and Yates's shuffle of 0 to count - 1; step i takes the uniform at i. */
function permutation(count: number, uniform: (index: number) => number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const other = Math.floor(uniform(i) * (i + 1));
    const value = order[i]!;
    order[i] = order[other]!;
    order[other] = value;
  }
  return order;
}
