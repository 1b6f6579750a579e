import { SdttError } from "@sdtt/core";
import type { Collective } from "@sdtt/core";

/** Which of the micro-batches of an update a rank computes: number i falls to rank i mod size. */
export type Deal = Pick<Collective, "rank" | "size">;

/** Every micro-batch to one process. */
export const wholeDeal: Deal = { rank: 0, size: 1 };

/** Throws `usage` if a rank would have nothing to do. */
export function checkDeal({ size }: Deal, sizes: { batchSize: number; microBatchSize: number }): void {
  const { batchSize, microBatchSize } = sizes;
  const count = batchSize / microBatchSize;
  if (count >= size) return;
  const most = Math.floor(batchSize / size);
  const advice = most >= 1 ? `set microBatchSize to at most ${most}` : `use at most ${batchSize} ranks`;
  throw new SdttError(
    "usage",
    `${size} ranks need at least ${size} micro-batches in an update; a batch of ${batchSize} in micro-batches of ${microBatchSize} has ${count}: ${advice}.`,
  );
}
