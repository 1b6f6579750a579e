import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { SdttError } from "@sdtt/core";
import { errorCode, fileError, reasonOf } from "../file-error.ts";

const chunkSize = 2 ** 18;

/**
 * A file from its first byte to its last, unpacked if it is packed. It is opened when the first chunk is asked for.
 *
 * @param options.onRead - Told how many bytes of the file, as it lies on the disk, have been read so far.
 * @throws SdttError `not-found` or `io` if it cannot be read; `format` if it is not a complete gzip file.
 */
export async function* readSourceBytes(
  path: string,
  { isPacked, onRead }: { isPacked: boolean; onRead?: ((bytes: number) => void) | undefined },
): AsyncGenerator<Uint8Array> {
  const stored = createReadStream(path, { highWaterMark: chunkSize });
  // The callback is there because pipeline wants one: its errors come out of the stream, too.
  const bytes = isPacked ? pipeline(stored, createGunzip({ chunkSize }), () => {}) : stored;
  try {
    for await (const chunk of bytes) {
      onRead?.(stored.bytesRead);
      yield chunk as Uint8Array;
    }
  } catch (cause) {
    if (!errorCode(cause)?.startsWith("Z_")) throw fileError(path, "read", cause);
    throw new SdttError(
      "format",
      `${path} is not a complete gzip file: ${reasonOf(cause)}. It may be truncated.`,
      {
        cause,
      },
    );
  }
}
