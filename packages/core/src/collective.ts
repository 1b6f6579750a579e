/**
 * Processes that work on one thing together, each with a number, its rank. All of them make the same calls in the same order, with
 * arrays of the same lengths; a call ends when every rank has made it.
 */
export interface Collective {
  /** From 0 to `size - 1`. Rank 0 writes the files and the messages. */
  readonly rank: number;
  readonly size: number;
  /**
   * Adds up the arrays of all ranks, in place. Element i is added in float64, in the order of the ranks, and rounded once: all ranks
   * have the same bits, and so have all runs with this number of ranks.
   */
  sum(values: Float32Array | Float64Array): Promise<void>;
  /** Replaces the bytes by those of the rank `root`. */
  broadcast(bytes: Uint8Array, root: number): Promise<void>;
  /** Waits for every rank. */
  barrier(): Promise<void>;
}

/** One process by itself. */
export const alone: Collective = {
  rank: 0,
  size: 1,
  async sum() {},
  async broadcast() {},
  async barrier() {},
};
