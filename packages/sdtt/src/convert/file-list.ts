import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { throwIfAborted } from "@sdtt/core";

const listName = "files.json";

/**
 * Writes the `files.json` of a model's folder: the size in bytes and the SHA-256 of each of its files, by which `@sdtt/browser`
 * checks and keeps what it fetches.
 */
export async function writeFileList(folder: string, signal?: AbortSignal): Promise<void> {
  const files: { path: string; size: number; sha256: string }[] = [];
  for (const path of (await readdir(folder)).toSorted()) {
    const hash = createHash("sha256");
    let size = 0;
    for await (const piece of createReadStream(join(folder, path)) as AsyncIterable<Buffer>) {
      throwIfAborted(signal);
      hash.update(piece);
      size += piece.length;
    }
    files.push({ path, size, sha256: hash.digest("hex") });
  }
  await writeFile(join(folder, listName), `${JSON.stringify({ files }, undefined, 2)}\n`);
}
