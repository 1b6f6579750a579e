import { SdttError } from "@sdtt/core";

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without the line feed that ends it. */
  readonly bytes: Uint8Array;
}

const lineFeed = 0x0a;

/**
 * Cuts bytes at line feeds; after the last one there is a line only if there are bytes.
 *
 * @throws SdttError `format` for a line longer than `maxBytes`, before more of it is held.
 */
export async function* splitLines(
  bytes: AsyncIterable<Uint8Array>,
  { path, maxBytes }: { path: string; maxBytes: number },
): AsyncGenerator<Line> {
  let number = 1;
  let parts: Uint8Array[] = [];
  let size = 0;

  const add = (part: Uint8Array): void => {
    size += part.length;
    if (size > maxBytes) {
      throw new SdttError(
        "format",
        `${path}:${number} is longer than ${maxBytes} bytes: expected one document a line; split it.`,
      );
    }
    parts.push(part);
  };
  const take = (): Line => {
    const line = { number, bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts, size) };
    number += 1;
    parts = [];
    size = 0;
    return line;
  };

  for await (const chunk of bytes) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      add(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (size > 0) yield take();
}
