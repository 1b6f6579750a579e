/** How blocks lie in the files of a cache: one after the other, the same number in each file but the last. */
export interface ShardLayout {
  /** Ids of a block. */
  readonly length: number;
  /** An id is an unsigned integer of that many bytes, the lowest first. */
  readonly bytesPerId: 2 | 4;
  /** Blocks that are written at a time. */
  readonly blocksPerWrite: number;
  /** A multiple of `blocksPerWrite`. */
  readonly blocksPerShard: number;
}

const idsPerWrite = 2 ** 19;
const writesPerShard = 128;

/** Writes of about a megabyte, files of about 128 of them. */
export function shardLayout({ length, vocabSize }: { length: number; vocabSize: number }): ShardLayout {
  const blocksPerWrite = Math.max(1, Math.floor(idsPerWrite / length));
  return {
    length,
    bytesPerId: vocabSize <= 2 ** 16 ? 2 : 4,
    blocksPerWrite,
    blocksPerShard: blocksPerWrite * writesPerShard,
  };
}

/** An array of the ids' size. */
export function createIds(
  { bytesPerId }: ShardLayout,
  count: number,
): Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> {
  return bytesPerId === 2 ? new Uint16Array(count) : new Uint32Array(count);
}

export function shardName(shard: number): string {
  return `${shard.toString().padStart(5, "0")}.tokens`;
}
