import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";

/** What a file has to be to be whole. */
export interface FileDigest {
  readonly bytes: number;
  readonly sha256: string;
}

/** Reads a file through. */
export async function digestFile(path: string): Promise<FileDigest> {
  const hash = createHash("sha256");
  const stream = createReadStream(path, { highWaterMark: 2 ** 20 });
  await pipeline(stream, hash);
  return { bytes: stream.bytesRead, sha256: hash.digest("hex") };
}

/** Why a file is not what it was; undefined if it is. */
export async function damageOf(path: string, expected: FileDigest): Promise<string | undefined> {
  try {
    const { bytes, sha256 } = await digestFile(path);
    if (bytes !== expected.bytes) return `${path} has ${bytes} bytes; expected ${expected.bytes}`;
    return sha256 === expected.sha256 ? undefined : `${path} has another SHA-256 than when it was saved`;
  } catch (cause) {
    return `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}
