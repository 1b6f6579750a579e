import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { SdttError } from "@sdtt/core";
import { errorCode, fileError, reasonOf } from "../file-error.ts";
import type { Compression } from "./formats.ts";

const chunkSize = 2 ** 18;

/** Told how many bytes of the file, as it lies on the disk, have been read so far. */
type BytesListener = (bytes: number) => void;

const readers: Record<
  Compression | "none",
  (path: string, onRead: BytesListener) => AsyncGenerator<Uint8Array>
> = { none: readPlain, gzip: readGzip, zstd: readZstd };

/**
 * A file from its first byte to its last, unpacked if it is packed. It is opened when the first chunk is asked for.
 *
 * @throws SdttError `not-found` or `io` if it cannot be read; `format` if it is not a complete gzip or zstd file.
 */
export async function* readSourceBytes(
  path: string,
  {
    compression,
    onRead = () => {},
  }: { compression?: Compression | undefined; onRead?: BytesListener | undefined },
): AsyncGenerator<Uint8Array> {
  try {
    yield* readers[compression ?? "none"](path, onRead);
  } catch (cause) {
    // The codes of zlib and of zstd: Z_DATA_ERROR, ZSTD_error_prefix_unknown.
    if (!errorCode(cause)?.startsWith("Z")) throw fileError(path, "read", cause);
    throw new SdttError(
      "format",
      `${path} is not a complete ${compression} file: ${reasonOf(cause)}. It may be truncated.`,
      { cause },
    );
  }
}

async function* readPlain(path: string, onRead: BytesListener): AsyncGenerator<Uint8Array> {
  const stored = createReadStream(path, { highWaterMark: chunkSize });
  for await (const chunk of stored) {
    onRead(stored.bytesRead);
    yield chunk as Uint8Array;
  }
}

async function* readGzip(path: string, onRead: BytesListener): AsyncGenerator<Uint8Array> {
  const stored = createReadStream(path, { highWaterMark: chunkSize });
  // The callback is there because pipeline wants one: its errors come out of the stream, too.
  for await (const chunk of pipeline(stored, createGunzip({ chunkSize }), () => {})) {
    onRead(stored.bytesRead);
    yield chunk as Uint8Array;
  }
}

/** Frame by frame: Node's decompressor ends after the first one without a word about the others. */
async function* readZstd(path: string, onRead: BytesListener): AsyncGenerator<Uint8Array> {
  const { size } = await stat(path);
  let start = 0;
  do {
    const frame = createZstdDecompress({ chunkSize });
    const stored = createReadStream(path, { start, highWaterMark: chunkSize });
    for await (const chunk of pipeline(stored, frame, () => {})) {
      onRead(start + frame.bytesWritten);
      yield chunk as Uint8Array;
    }
    start += frame.bytesWritten;
  } while (start < size);
}
