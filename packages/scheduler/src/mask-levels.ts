import type { RandomStream } from "@sdtt/core";
import { checkInteger } from "./check.ts";
import { spreadLevels } from "./spread-levels.ts";

/** All orders that do not depend on the model, the default first. */
export const maskOrders = ["random", "spread"] as const;

/** Which positions are masked at the same time: each drawn alone, or such that neighbours are not. */
export type MaskOrder = (typeof maskOrders)[number];

export interface MaskLevelsOptions {
  /** Sequences. */
  readonly count: number;
  readonly length: number;
  /** `random` unless given. */
  readonly order?: MaskOrder | undefined;
  /** Sequence i takes its levels from the child `sequenceOffset + i`, so that it does not depend on its batch. */
  readonly stream: RandomStream;
  readonly sequenceOffset?: number | undefined;
}

/**
 * The level of every position, `[count * length]`, uniform in [0, 1): a position is masked as long as the probability of a mask
 * is above its level. One draw so gives the masks of a sequence at all times.
 */
export function maskLevels(options: MaskLevelsOptions): Float64Array {
  const { count, length, order = "random", stream, sequenceOffset = 0 } = options;
  checkInteger("length", length, 1);
  checkInteger("sequenceOffset", sequenceOffset, 0);
  const levels = new Float64Array(count * length);
  for (let sequence = 0; sequence < count; sequence++) {
    const own = stream.child(sequenceOffset + sequence);
    const start = sequence * length;
    if (order === "spread") levels.set(spreadLevels({ length, stream: own }), start);
    else
      for (let position = 0; position < length; position++) levels[start + position] = own.uniform(position);
  }
  return levels;
}
