import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { createIds, shardName } from "./shard-layout.ts";
import type { ShardLayout } from "./shard-layout.ts";

/** Writes blocks into the shards of a folder. */
export interface ShardWriter extends AsyncDisposable {
  /** Appends blocks, `[count, length]`. */
  append(blocks: Int32Array): Promise<void>;
  /** Writes what waits and forces it to the disk. Gives the SHA-256 of each shard, hexadecimal. */
  finish(): Promise<string[]>;
}

/** A writer whose errors are those of the file system. */
export function createShardWriter(directory: string, layout: ShardLayout): ShardWriter {
  const { length, blocksPerWrite, blocksPerShard } = layout;
  const waiting = createIds(layout, blocksPerWrite * length);
  const digests: string[] = [];
  let waitingIds = 0;
  let shard: { handle: FileHandle; hash: Hash; writes: number } | undefined;

  async function write(): Promise<void> {
    const handle = shard?.handle ?? (await open(join(directory, shardName(digests.length)), "wx"));
    shard ??= { handle, hash: createHash("sha256"), writes: 0 };
    const bytes = new Uint8Array(waiting.buffer, 0, waitingIds * waiting.BYTES_PER_ELEMENT);
    shard.hash.update(bytes);
    // Unlike `write`, this continues until all is written.
    await handle.appendFile(bytes);
    waitingIds = 0;
    shard.writes += 1;
    if (shard.writes * blocksPerWrite === blocksPerShard) await closeShard();
  }

  async function closeShard(): Promise<void> {
    if (!shard) return;
    const { handle, hash } = shard;
    await handle.sync();
    await handle.close();
    shard = undefined;
    digests.push(hash.digest("hex"));
  }

  return {
    async append(blocks) {
      for (let done = 0; done < blocks.length;) {
        const part = blocks.subarray(done, done + waiting.length - waitingIds);
        waiting.set(part, waitingIds);
        waitingIds += part.length;
        done += part.length;
        if (waitingIds === waiting.length) await write();
      }
    },
    async finish() {
      if (waitingIds > 0) await write();
      await closeShard();
      return digests;
    },
    async [Symbol.asyncDispose]() {
      await shard?.handle.close();
    },
  };
}
