import type { FileHandle } from "node:fs/promises";
import { SdttError } from "@sdtt/core";
import { checkIndices } from "../dataset.ts";
import type { Dataset } from "../dataset.ts";
import { fileError } from "../file-error.ts";
import type { CacheIndex } from "./cache-index.ts";
import { createIds } from "./shard-layout.ts";

/** The blocks of open shards, read from the disk when they are asked for. Closes the shards when it is disposed of. */
export function createCachedDataset(
  directory: string,
  fingerprint: string,
  { blockCount, tokenCount, layout }: CacheIndex,
  shards: readonly FileHandle[],
): Dataset {
  const { length, blocksPerShard } = layout;

  async function readBlock(index: number): Promise<ArrayLike<number>> {
    const ids = createIds(layout, length);
    const shard = shards[Math.floor(index / blocksPerShard)]!;
    const place = (index % blocksPerShard) * ids.byteLength;
    try {
      const { bytesRead } = await shard.read(new Uint8Array(ids.buffer), 0, ids.byteLength, place);
      if (bytesRead === ids.byteLength) return ids;
    } catch (cause) {
      throw fileError(directory, "read", cause);
    }
    throw new SdttError(
      "io",
      `A file in ${directory} became shorter while it was in use; open the data again.`,
    );
  }

  return {
    blockCount,
    length,
    tokenCount,
    fingerprint,
    async read(indices) {
      checkIndices(indices, blockCount);
      const blocks = new Int32Array(indices.length * length);
      await Promise.all(
        Array.from(indices, async (index, row) => blocks.set(await readBlock(index), row * length)),
      );
      return blocks;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(shards.map((shard) => shard.close()));
    },
  };
}
