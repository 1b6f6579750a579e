import type { Malformed } from "../malformed.ts";

/**
 * What a pickle may make us do. The checkpoint of the large model with EMA and optimizer state stays under a tenth of
 * each bound; a file at all of them stays within 64 MB of memory over its own size.
 */
export const pickleLimits = {
  /** Bytes of one pickle. */
  bytes: 67_108_864,
  /** Steps, and with them the numbers in lists. */
  operations: 1_000_000,
  /** Bytes of memory for objects, as estimated. */
  memory: 25_165_824,
  /** Bytes of one integer. */
  integer: 1024,
  stack: 100_000,
  memo: 150_000,
  /** Marks that are open at a time. */
  marks: 1000,
  /** Containers inside each other. */
  depth: 200,
} as const;

/** Counts what is used up. */
export interface PickleBudget {
  readonly spendOperation: () => void;
  /** Pays for the bytes of an object before it is made. */
  readonly spendMemory: (bytes: number) => void;
}

/** Counts against the limits from zero on. */
export function createBudget(malformed: Malformed): PickleBudget {
  let [operations, memory] = [0, 0];
  return {
    spendOperation: () => {
      if (++operations > pickleLimits.operations) {
        malformed(`its pickle has more than ${pickleLimits.operations} operations`);
      }
    },
    spendMemory: (bytes) => {
      memory += bytes;
      if (memory > pickleLimits.memory) {
        malformed(`the objects of its pickle take more than ${pickleLimits.memory} bytes of memory`);
      }
    },
  };
}
