import type { Draws } from "@sdtt/core";

/** The draws of some of the rows, in their order: views, not copies. */
export function sliceDraws({ ids, logProbs, entropies }: Draws, begin: number, end: number): Draws {
  return {
    ids: ids.subarray(begin, end),
    logProbs: logProbs.subarray(begin, end),
    entropies: entropies?.subarray(begin, end),
  };
}
