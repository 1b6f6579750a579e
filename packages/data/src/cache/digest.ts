import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { throwIfAborted } from "@sdtt/core";
import { fileError } from "../file-error.ts";

export interface DigestOptions {
  /** Told the length of each part that was read. */
  readonly onRead?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const chunkSize = 2 ** 20;

/** The SHA-256 of a file, hexadecimal. */
export async function digestFile(path: string, options?: DigestOptions): Promise<string> {
  try {
    await using handle = await open(path, "r");
    return await digestOf(handle, options);
  } catch (cause) {
    throw fileError(path, "read", cause);
  }
}

/** The SHA-256 of an open file, hexadecimal. */
export async function digestOf(handle: FileHandle, { onRead, signal }: DigestOptions = {}): Promise<string> {
  const hash = createHash("sha256");
  const chunk = new Uint8Array(chunkSize);
  for (let bytes = 0; ;) {
    throwIfAborted(signal);
    const { bytesRead } = await handle.read(chunk, 0, chunkSize, bytes);
    if (bytesRead === 0) return hash.digest("hex");
    hash.update(chunk.subarray(0, bytesRead));
    bytes += bytesRead;
    onRead?.(bytesRead);
  }
}
