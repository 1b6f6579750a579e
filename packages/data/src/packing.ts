import { SdttError } from "@sdtt/core";

/** How documents become blocks. */
export interface PackingOptions {
  /** Ids of a block, its two boundaries included; at least 3. */
  readonly length: number;
  /** The id that begins and ends every block and follows every document: end-of-text. */
  readonly boundaryId: number;
  /** Documents that are joined before they are cut; what is left of them at the end is dropped. */
  readonly documentsPerGroup?: number | undefined;
}

/** Takes documents one after the other and gives the blocks they fill. */
export interface Packer {
  /** Blocks that the ids of this document complete, `[count, length]`. */
  push(document: Int32Array): Int32Array;
  /**
   * What has been packed.
   *
   * @throws SdttError `usage` if it fills no block.
   */
  finish(): PackingSummary;
}

export interface PackingSummary {
  readonly blockCount: number;
  /** Tokens of all documents, a boundary after each included. */
  readonly tokenCount: number;
}

/** The batch size that `datasets.map` gives `_group_texts` in the original. */
export const defaultDocumentsPerGroup = 1000;

/**
 * Packs as MDLM and SDTT train (`_group_texts`): the documents of a group, each with a boundary after it, are one
 * sequence; it is cut into parts of `length - 2`, the last incomplete one is dropped, and each gets a boundary at both ends.
 *
 * @throws SdttError `usage` for a length that leaves no room for a token, or groups of no document.
 */
export function createPacker(options: PackingOptions): Packer {
  const { length, boundaryId, documentsPerGroup = defaultDocumentsPerGroup } = options;
  checkLength(length);
  if (!(documentsPerGroup >= 1)) {
    throw new SdttError("usage", `A group has at least 1 document; got ${documentsPerGroup}.`);
  }
  const capacity = length - 2;
  let carried: Int32Array = new Int32Array(0);
  let [documentCount, tokenCount, blockCount] = [0, 0, 0];
  return {
    push(document) {
      const sequence = new Int32Array(carried.length + document.length + 1);
      sequence.set(carried);
      sequence.set(document, carried.length);
      sequence[sequence.length - 1] = boundaryId;

      const count = Math.floor(sequence.length / capacity);
      const blocks = new Int32Array(count * length).fill(boundaryId);
      for (let block = 0; block < count; block++) {
        blocks.set(sequence.subarray(block * capacity, (block + 1) * capacity), block * length + 1);
      }

      documentCount += 1;
      tokenCount += document.length + 1;
      blockCount += count;
      const endsGroup = documentCount % documentsPerGroup === 0;
      carried = endsGroup ? new Int32Array(0) : sequence.slice(count * capacity);
      return blocks;
    },
    finish() {
      if (blockCount > 0) return { blockCount, tokenCount };
      throw new SdttError(
        "usage",
        `The data has ${tokenCount} tokens in ${documentCount} documents; a block of length ${length} needs ${capacity} from one group of ${documentsPerGroup} documents: use more text or a smaller length.`,
      );
    },
  };
}

/** Far beyond any model's, and little enough to hold a block in memory. */
const greatestLength = 2 ** 20;

/** @throws SdttError `usage` for a length that leaves no room for a token between the boundaries. */
export function checkLength(length: number): void {
  if (Number.isSafeInteger(length) && length >= 3 && length <= greatestLength) return;
  throw new SdttError(
    "usage",
    `A block holds a token between two boundaries: its length must be an integer from 3 to ${greatestLength}; got ${length}.`,
  );
}
