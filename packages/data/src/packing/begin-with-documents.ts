import { SdttError } from "@sdtt/core";
import { checkLength, describeDocuments } from "./packer.ts";
import type { Packer, PackingOptions } from "./packer.ts";

/**
 * Packs so that every block begins with the beginning of a document: a boundary, then whole documents with a boundary after
 * each, until the block is full. A document that the end of a block cuts begins the next block again, so that the model sees
 * it whole; what a document has beyond a block is dropped.
 *
 * @throws SdttError `usage` for a length that leaves no room for a token.
 */
export function createDocumentPacker({ length, boundaryId }: PackingOptions): Packer {
  checkLength(length);
  let waiting: Int32Array[] = [];
  let [documentCount, tokenCount, blockCount] = [0, 0, 0];
  return {
    push(document) {
      documentCount += 1;
      tokenCount += document.length + 1;
      waiting.push(document);
      const blocks: Int32Array[] = [];
      while (sizeOf(waiting) >= length) {
        const { block, whole } = fillBlock(waiting, { length, boundaryId });
        blocks.push(block);
        waiting = waiting.slice(Math.max(whole, 1));
      }
      blockCount += blocks.length;
      const ids = new Int32Array(blocks.length * length);
      blocks.forEach((block, i) => ids.set(block, i * length));
      return ids;
    },
    finish() {
      if (blockCount > 0) return { blockCount, tokenCount };
      throw new SdttError(
        "usage",
        `The data has ${describeDocuments(tokenCount, documentCount)}, which do not fill one block of length ${length}: use more text or a smaller length.`,
      );
    },
  };
}

/** Ids of documents with a boundary before the first and after each. */
function sizeOf(documents: readonly Int32Array[]): number {
  return documents.reduce((sum, document) => sum + document.length + 1, 1);
}

/** A block, and how many documents are in it with the boundary after them. */
function fillBlock(
  documents: readonly Int32Array[],
  { length, boundaryId }: { length: number; boundaryId: number },
): { block: Int32Array; whole: number } {
  const block = new Int32Array(length).fill(boundaryId);
  let [at, whole] = [1, 0];
  for (const document of documents) {
    block.set(document.subarray(0, length - at), at);
    at += document.length + 1;
    if (at > length) break;
    whole += 1;
    if (at === length) break;
  }
  return { block, whole };
}
