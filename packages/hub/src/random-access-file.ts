import { open, realpath } from "node:fs/promises";
import { SdttError } from "@sdtt/core";
import { fileError } from "./file-error.ts";

/** A file that is read by ranges. The readers of every format see nothing else, so they never hold a whole file. */
export interface RandomAccessFile {
  /** Where the bytes lie, for error messages and for readers that map the file themselves. */
  readonly path: string;
  /** Bytes in the file. */
  readonly size: number;
  /**
   * The `length` bytes that start at `offset`, in a fresh array.
   *
   * @throws SdttError `format` if the range leaves the file; `io` if it cannot be read.
   */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** An open file of the file system. Its `path` is the real one: ONNX Runtime refuses symlinks that leave a folder. */
export type OpenedFile = RandomAccessFile & AsyncDisposable;

/** One read of the operating system is at most this long: Node refuses 2^31 bytes, Linux answers short before that. */
const longestRead = 2 ** 30;

/**
 * Opens a file for reading by ranges.
 *
 * @throws SdttError `not-found` if nothing is there; `io` if it is no regular file or cannot be opened.
 */
export async function openFile(path: string): Promise<OpenedFile> {
  const real = await realpath(path).catch((cause: unknown) => {
    throw fileError(path, "opened", cause);
  });
  const handle = await open(real, "r").catch((cause: unknown) => {
    throw fileError(path, "opened", cause);
  });
  const stats = await handle.stat();
  if (!stats.isFile()) {
    await handle.close();
    throw new SdttError(
      "io",
      `${path} is not a regular file${stats.isDirectory() ? " but a directory" : ""}.`,
    );
  }
  const identity = { path: real, size: stats.size };
  return {
    ...identity,
    async read(offset, length) {
      assertInside(identity, offset, length);
      const bytes = new Uint8Array(length);
      for (let filled = 0; filled < length;) {
        const wanted = Math.min(length - filled, longestRead);
        const { bytesRead } = await handle
          .read(bytes, filled, wanted, offset + filled)
          .catch((cause: unknown) => {
            throw fileError(real, "read", cause);
          });
        if (bytesRead === 0) throw new SdttError("io", `${real} became shorter while it was read.`);
        filled += bytesRead;
      }
      return bytes;
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** Bytes in memory as a file of that name. */
export function fileOfBytes(path: string, bytes: Uint8Array): OpenedFile {
  const identity = { path, size: bytes.byteLength };
  return {
    ...identity,
    async read(offset, length) {
      assertInside(identity, offset, length);
      return Uint8Array.from(bytes.subarray(offset, offset + length));
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Bounds a range before anything is allocated for it. */
function assertInside(file: { path: string; size: number }, offset: number, length: number): void {
  const isRange = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!isRange || offset + length > file.size) {
    throw new SdttError(
      "format",
      `${file.path} ends at byte ${file.size}; its contents promise ${length} bytes at ${offset}. It may be truncated: fetch it again.`,
    );
  }
}
