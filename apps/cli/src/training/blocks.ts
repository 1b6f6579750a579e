import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { SdttError } from "@sdtt/core";
import type { BlockSource } from "@sdtt/distill";
import type { Tokenizer } from "@sdtt/tokenizer";

/**
 * A text file as blocks of tokens, each between end-of-text tokens as the original packs; what is left over is dropped.
 *
 * @throws SdttError `not-found` if it cannot be read; `usage` if it is shorter than one block.
 */
export async function openTextBlocks(
  path: string,
  tokenizer: Tokenizer,
  length: number,
): Promise<BlockSource> {
  const content = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new SdttError("not-found", `The text ${path} cannot be read: ${(cause as Error).message}.`, {
      cause,
    });
  });
  const ids = tokenizer.encode(content);
  const ends = tokenizer.endOfTextId === undefined ? [] : [tokenizer.endOfTextId];
  const inner = length - 2 * ends.length;
  const blockCount = Math.floor(ids.length / inner);
  if (blockCount === 0) {
    throw new SdttError(
      "usage",
      `${path} has ${ids.length} tokens, fewer than one block of ${length}: use more text or a smaller length.`,
    );
  }
  return {
    blockCount,
    length,
    fingerprint: createHash("sha256").update(ids).digest("hex").slice(0, 16),
    read: async (indices) =>
      Int32Array.from(
        Array.from(indices).flatMap((i) => [...ends, ...ids.subarray(i * inner, (i + 1) * inner), ...ends]),
      ),
  };
}
