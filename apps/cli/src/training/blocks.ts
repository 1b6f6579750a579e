import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createStream, SdttError } from "@sdtt/core";
import type { BatchOrder, BlockSource } from "@sdtt/distill";
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

/** Every block once an epoch, in an order of its own; a last batch that is not whole is dropped. */
export function shuffledBatches(options: {
  blockCount: number;
  batchSize: number;
  seed: number;
}): BatchOrder {
  const { blockCount, batchSize, seed } = options;
  const stream = createStream(seed).child("order");
  const perEpoch = Math.max(1, Math.floor(blockCount / batchSize));
  let shuffled: { epoch: number; blocks: number[] } | undefined;
  return {
    at(batch) {
      const epoch = Math.floor(batch / perEpoch);
      if (shuffled?.epoch !== epoch) {
        const own = stream.child(epoch);
        const keys = Array.from({ length: blockCount }, (_, i) => own.uniform(i));
        shuffled = { epoch, blocks: [...keys.keys()].sort((a, b) => keys[a]! - keys[b]!) };
      }
      const start = (batch % perEpoch) * batchSize;
      return shuffled.blocks.slice(start, start + batchSize);
    },
  };
}
