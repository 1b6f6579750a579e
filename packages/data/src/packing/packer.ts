import { SdttError } from "@sdtt/core";

/**
 * How documents become blocks: `joined`, one after the other, cut wherever a block is full, as the original packs; or
 * `documents`, where every block begins with the beginning of a document, for texts that are to be whole.
 */
export type Packing = "joined" | "documents";

/** What a packer of either kind takes. */
export interface PackingOptions {
  /** Ids of a block, its two boundaries included; at least 3. */
  readonly length: number;
  /** The id that begins and ends every block and follows every document: end-of-text. */
  readonly boundaryId: number;
  /** Of `joined`: documents that are joined before they are cut; what is left of them at the end is dropped. */
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

/** What was packed, in the words of an error: `12 tokens in 1 document`. @throws SdttError `usage` if it was nothing. */
export function describeDocuments(tokenCount: number, documentCount: number): string {
  if (tokenCount === documentCount) {
    throw new SdttError("usage", "The data holds no text: there is no document in it that is not empty.");
  }
  return `${tokenCount} tokens in ${documentCount} document${documentCount === 1 ? "" : "s"}`;
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
