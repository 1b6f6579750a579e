import type { RandomStream } from "@sdtt/core";

export interface NoiseLevelsOptions {
  readonly count: number;
  /** The least time, in [0, 1). */
  readonly least: number;
  readonly stream: RandomStream;
}

/**
 * Times in (least, 1), ascending, one in each of `count` equal parts: what MDLM's configuration calls antithetic.
 */
export function stratifiedTimes({ count, least, stream }: NoiseLevelsOptions): Float64Array {
  return Float64Array.from(
    { length: count },
    (_, part) => least + ((1 - least) * (part + stream.uniform(part))) / count,
  );
}

/** 0 to count - 1 in random order (Fisher and Yates). */
export function randomOrder(count: number, stream: RandomStream): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(stream.uniform(last) * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
