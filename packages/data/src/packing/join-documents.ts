import { SdttError } from "@sdtt/core";
import { checkLength, describeDocuments } from "./packer.ts";
import type { Packer, PackingOptions } from "./packer.ts";

/** The batch size that `datasets.map` gives `_group_texts` in the original. */
export const defaultDocumentsPerGroup = 1000;

/**
 * Packs as MDLM and SDTT train (`_group_texts`): the documents of a group, each with a boundary after it, are one
 * sequence; it is cut into parts of `length - 2`, the last incomplete one is dropped, and each gets a boundary at both ends.
 *
 * @throws SdttError `usage` for a length that leaves no room for a token, or groups of no document.
 */
export function createJoiningPacker(options: PackingOptions): Packer {
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
        `The data has ${describeDocuments(tokenCount, documentCount)}; a block of length ${length} needs ${capacity} from one group of ${documentsPerGroup} documents: use more text or a smaller length.`,
      );
    },
  };
}
