import type { RandomStream } from "@sdtt/core";
import { maskLevels, maskProbability, maskTokens } from "@sdtt/scheduler";
import type { Deal } from "../ranks/deal.ts";
import type { NoiseSettings } from "./noise-settings.ts";
import { drawTimes } from "./times.ts";

export interface NoisedBatchOptions extends NoiseSettings {
  /** Ids, `[batch * length]`. */
  readonly clean: Int32Array;
  readonly length: number;
  readonly maskId: number;
  /** All that the noise depends on. */
  readonly stream: RandomStream;
  readonly leastTime: number;
}

/** A batch under the forward process. */
export interface NoisedBatch {
  /** `[batch * length]` */
  readonly clean: Int32Array;
  /** Ids with masks, `[batch * length]`. */
  readonly noised: Int32Array;
  /** `[batch]` */
  readonly times: Float64Array;
  /** When a masked position is revealed on the way to time 0, as the share of the probability of a mask that is left then, `[batch * length]`. */
  readonly revealShares: Float64Array;
  /** Masked positions in all. */
  readonly maskedCount: number;
}

/** Draws a time for each sequence and masks it accordingly. */
export function noiseBatch(options: NoisedBatchOptions): NoisedBatch {
  const { clean, length, maskId, schedule, stream, antithetic, leastTime } = options;
  const count = clean.length / length;
  const times = drawTimes({ count, stream: stream.child("times"), antithetic, least: leastTime });
  const masks = { length, order: options.maskOrder, stream: stream.child("masks") };
  const noised = maskTokens({ ...masks, tokens: clean, maskId, times, schedule, keepFirst: options.keepBos });
  const revealShares = maskLevels({ ...masks, count }).map(
    (level, row) => level / maskProbability(schedule, times[Math.floor(row / length)]!),
  );
  return { clean, noised, times, revealShares, maskedCount: noised.filter((id) => id === maskId).length };
}

/** Those groups of sequences of a batch that fall to a rank: `start` and `end` count sequences. */
export function microBatchRanges(
  sequences: number,
  size: number,
  deal: Deal,
): { start: number; end: number }[] {
  const groups: { start: number; end: number }[] = [];
  for (let start = deal.rank * size; start < sequences; start += deal.size * size) {
    groups.push({ start, end: start + size });
  }
  return groups;
}
