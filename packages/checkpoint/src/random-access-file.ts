import { SdttError } from "@sdtt/core";

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
export function assertInside(file: { path: string; size: number }, offset: number, length: number): void {
  const isRange = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!isRange || offset + length > file.size) {
    throw new SdttError(
      "format",
      `${file.path} ends at byte ${file.size}; its contents promise ${length} bytes at ${offset}. It may be truncated: fetch it again.`,
    );
  }
}
