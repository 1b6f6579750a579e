import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";

/** How the Hub names the content of a file: large ones by sha256 (LFS), small ones as git does. */
export interface Digest {
  readonly algorithm: "sha256" | "git-sha1";
  /** Hexadecimal; also the name of the blob in the cache. */
  readonly value: string;
}

/** A hash that has seen no byte of the file yet. Git prefixes a file with its type and size. */
export function startHash({ algorithm }: Digest, size: number): Hash {
  return algorithm === "sha256" ? createHash("sha256") : createHash("sha1").update(`blob ${size}\0`);
}
