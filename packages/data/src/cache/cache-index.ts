import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PackingSummary } from "../packing/packer.ts";
import type { ShardLayout } from "./shard-layout.ts";

/** What a cache holds. */
export interface CacheIndex extends PackingSummary {
  /** Where the documents lay, for people who look. */
  readonly sources: readonly string[];
  /** Of all documents, in UTF-16 code units; caches of earlier versions do not say. */
  readonly characterCount?: number;
  readonly layout: ShardLayout;
  /** SHA-256 of each shard, hexadecimal. */
  readonly shards: readonly string[];
}

export const indexName = "index.json";

/** The index goes with a digest of itself, so that what is read back is what was written, types included. */
export async function writeIndex(directory: string, index: CacheIndex): Promise<void> {
  const content = JSON.stringify({ sha256: digestOfIndex(index), index }, null, 2);
  await writeFile(join(directory, indexName), `${content}\n`, { flag: "wx", flush: true });
}

/** Undefined if it is not as it was written. Fails as the file system does. */
export async function readIndex(directory: string): Promise<CacheIndex | undefined> {
  const content = await readFile(join(directory, indexName), "utf8");
  try {
    const { sha256, index } = JSON.parse(content) as { sha256: string; index: CacheIndex };
    return sha256 === digestOfIndex(index) ? index : undefined;
  } catch {
    return undefined;
  }
}

function digestOfIndex(index: CacheIndex): string {
  return createHash("sha256").update(JSON.stringify(index)).digest("hex");
}
