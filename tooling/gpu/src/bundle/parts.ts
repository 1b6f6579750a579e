import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";

export interface Part {
  readonly name: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** What hosts that take files one by one commonly take at most. */
const largestPart = 60 * 2 ** 20;

/** Writes a stream into files of at most `size` bytes: part.000, part.001 and so on. */
export async function writeParts(
  stream: AsyncIterable<Uint8Array>,
  folder: string,
  size: number = largestPart,
): Promise<Part[]> {
  const parts: Part[] = [];
  let current: OpenPart | undefined;
  for await (const piece of stream) {
    for (let rest = piece; rest.length > 0;) {
      current ??= await openPart(folder, parts.length);
      const taken = rest.subarray(0, size - current.bytes);
      await current.write(taken);
      rest = rest.subarray(taken.length);
      if (current.bytes < size) continue;
      parts.push(await current.close());
      current = undefined;
    }
  }
  if (current) parts.push(await current.close());
  return parts;
}

interface OpenPart {
  readonly bytes: number;
  write(piece: Uint8Array): Promise<void>;
  close(): Promise<Part>;
}

async function openPart(folder: string, index: number): Promise<OpenPart> {
  const name = `part.${String(index).padStart(3, "0")}`;
  const file = await open(join(folder, name), "wx");
  const hash = createHash("sha256");
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    async write(piece) {
      hash.update(piece);
      await file.writeFile(piece);
      bytes += piece.length;
    },
    async close() {
      await file.close();
      return { name, bytes, sha256: hash.digest("hex") };
    },
  };
}
