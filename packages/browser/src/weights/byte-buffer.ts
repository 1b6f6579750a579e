import { SdttError } from "@sdtt/core";

/** Bytes that arrive in pieces. */
export interface ByteBuffer {
  readonly length: number;
  /** Throws `format` for more bytes than there may be. */
  append(piece: Uint8Array): void;
  clear(): void;
  /** All that has arrived. */
  bytes(): Uint8Array<ArrayBuffer>;
}

/** The most that a page can hold of one file. */
const largestFile = 2 ** 31 - 1;

/**
 * A buffer for a file: allocated at once where its size is known, else as it grows.
 *
 * @throws SdttError `out-of-memory` if the browser gives no memory of that size.
 */
export function createByteBuffer(name: string, size: number | undefined): ByteBuffer {
  const most = size ?? largestFile;
  let held = allocate(name, size ?? 2 ** 16);
  let length = 0;
  return {
    get length() {
      return length;
    },
    append(piece) {
      const end = length + piece.length;
      if (end > most) {
        throw new SdttError(
          "format",
          `${name} is longer than the ${most} bytes that were expected: it is another file.`,
        );
      }
      if (end > held.length) {
        const longer = allocate(name, Math.min(most, Math.max(end, 2 * held.length)));
        longer.set(held.subarray(0, length));
        held = longer;
      }
      held.set(piece, length);
      length = end;
    },
    clear: () => void (length = 0),
    bytes: () => (length === held.length ? held : held.slice(0, length)),
  };
}

function allocate(name: string, size: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch (cause) {
    throw new SdttError("out-of-memory", `The browser gives no ${size} bytes of memory for ${name}.`, {
      cause,
    });
  }
}
