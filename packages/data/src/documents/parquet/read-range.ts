import type { FileHandle } from "node:fs/promises";

/** The `length` bytes at `offset`, in a fresh array unless one is given for them, or fewer if the file ends before. */
export async function readRange(
  file: FileHandle,
  offset: number,
  length: number,
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(length),
): Promise<Uint8Array<ArrayBuffer>> {
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) return bytes.subarray(0, filled);
    filled += bytesRead;
  }
  return bytes;
}
