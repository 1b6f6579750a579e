import { open, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { Dataset } from "../dataset.ts";
import { fileError, isMissing } from "../file-error.ts";
import { createCachedDataset } from "./cached-dataset.ts";
import { indexName, readIndex } from "./cache-index.ts";
import type { CacheIndex } from "./cache-index.ts";
import { digestOf } from "./digest.ts";
import { shardName } from "./shard-layout.ts";

export interface OpenCacheOptions {
  readonly fingerprint: string;
  readonly onRead?: ((bytesDone: number, bytesTotal: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type OpenedCache =
  | {
      readonly state: "whole";
      readonly dataset: Dataset;
      /** Of the documents; caches of earlier versions do not say. */
      readonly characterCount: number | undefined;
    }
  | { readonly state: "damaged"; readonly reason: string }
  | { readonly state: "absent" };

/**
 * Opens the blocks in a folder and reads them through: what is served later is what was written.
 *
 * @throws SdttError `io` if the disk fails; `aborted`.
 */
export async function openCache(directory: string, options: OpenCacheOptions): Promise<OpenedCache> {
  const shards: FileHandle[] = [];
  let isWhole = false;
  try {
    if (!(await exists(directory))) return { state: "absent" };
    const index = await readIndex(directory).catch(undefinedIfMissing);
    if (!index) return { state: "damaged", reason: `${join(directory, indexName)} is missing or damaged` };
    const reason = await openShards(directory, index, shards, options);
    if (reason !== undefined) return { state: "damaged", reason };
    isWhole = true;
    const dataset = createCachedDataset(directory, options.fingerprint, index, shards);
    return { state: "whole", dataset, characterCount: index.characterCount };
  } catch (cause) {
    throw fileError(directory, "read", cause);
  } finally {
    if (!isWhole) await Promise.all(shards.map((shard) => shard.close()));
  }
}

/** Adds the open shards to `shards` until one is not as it was written, and says which. */
async function openShards(
  directory: string,
  index: CacheIndex,
  shards: FileHandle[],
  { onRead, signal }: OpenCacheOptions,
): Promise<string | undefined> {
  const total = index.blockCount * index.layout.length * index.layout.bytesPerId;
  let done = 0;
  for (const [number, sha256] of index.shards.entries()) {
    const path = join(directory, shardName(number));
    const shard = await open(path, "r").catch(undefinedIfMissing);
    if (!shard) return `${path} is missing`;
    shards.push(shard);
    const count = (bytes: number): void => onRead?.((done += bytes), total);
    const digest = await digestOf(shard, { onRead: count, signal });
    if (digest !== sha256) return `${path} is not as it was written`;
  }
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(undefinedIfMissing)) !== undefined;
}

function undefinedIfMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}
