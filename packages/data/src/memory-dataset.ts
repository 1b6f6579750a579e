import { createHash } from "node:crypto";
import { SdttError } from "@sdtt/core";
import type { Tokenizer } from "@sdtt/tokenizer";
import { checkIndices } from "./dataset.ts";
import type { Dataset } from "./dataset.ts";
import { createPacker } from "./packing/create-packer.ts";
import type { Packing } from "./packing/packer.ts";
import { endOfTextOf } from "./tokenize/tokenizer-recipe.ts";

/**
 * Blocks that are there already, `[blockCount, length]`, as a dataset in memory.
 *
 * @throws SdttError `usage` if the ids do not make whole blocks, or none.
 */
export function datasetOfTokens({ tokens, length }: { tokens: Int32Array; length: number }): Dataset {
  if (tokens.length === 0 || tokens.length % length !== 0) {
    throw new SdttError("usage", `Expected blocks of ${length} tokens; got ${tokens.length} tokens.`);
  }
  return inMemory(tokens.slice(), length, tokens.length);
}

/**
 * Texts, each a document, packed in memory as `openDataset` packs files.
 *
 * @throws SdttError `usage` if they do not fill one block, or the tokenizer has no end-of-text.
 */
export function datasetOfTexts(options: {
  texts: Iterable<string>;
  tokenizer: Tokenizer;
  /** Ids of a block, the end-of-text that begins it included. */
  length: number;
  /** How documents become blocks; `joined`, as the original packs, unless given. */
  packing?: Packing | undefined;
}): Dataset {
  const { texts, tokenizer, length, packing = "joined" } = options;
  const packer = createPacker({ packing, length, boundaryId: endOfTextOf(tokenizer) });
  const parts = Array.from(texts, (text) => packer.push(tokenizer.encode(text)));
  const { blockCount, tokenCount } = packer.finish();
  const blocks = new Int32Array(blockCount * length);
  parts.reduce((start, part) => {
    blocks.set(part, start);
    return start + part.length;
  }, 0);
  return inMemory(blocks, length, tokenCount);
}

function inMemory(blocks: Int32Array, length: number, tokenCount: number): Dataset {
  const blockCount = blocks.length / length;
  const fingerprint = createHash("sha256").update(`${length}\n`).update(blocks).digest("hex");
  return {
    blockCount,
    length,
    tokenCount,
    fingerprint,
    read: async (indices) => {
      checkIndices(indices, blockCount);
      const rows = new Int32Array(indices.length * length);
      Array.from(indices).forEach((index, row) =>
        rows.set(blocks.subarray(index * length, (index + 1) * length), row * length),
      );
      return rows;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
