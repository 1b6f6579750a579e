/** Blocks of ids to train on: the `Dataset` of `@sdtt/data`, or anything like it. */
export interface BlockSource {
  readonly blockCount: number;
  /** Ids of a block. */
  readonly length: number;
  /** Names the blocks: a run resumes only on data of the same name. */
  readonly fingerprint?: string;
  /** `[indices.length, length]` */
  read(indices: ArrayLike<number>): Promise<Int32Array>;
}

/** Which blocks make up batch n, for any n: an order that needs no memory of the batches before. */
export interface BatchOrder {
  at(batch: number): ArrayLike<number>;
}
