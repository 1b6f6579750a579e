import { SdttError } from "@sdtt/core";

/** Blocks of tokens to train or to measure on. */
export interface Dataset extends AsyncDisposable {
  readonly blockCount: number;
  /** Ids of a block. */
  readonly length: number;
  /** Tokens of the documents, with the end-of-text after each. Blocks hold most of them, `length - 2` each. */
  readonly tokenCount: number;
  /** Names the blocks: another text, tokenizer or length has another. A resumed run can tell whether its data changed. */
  readonly fingerprint: string;
  /**
   * The blocks at these indices, in their order, `[indices.length, length]`.
   *
   * @throws SdttError `usage` for an index that is none; `io` if the disk fails.
   */
  read(indices: ArrayLike<number>): Promise<Int32Array>;
}

/** @throws SdttError `usage` for an index that is none, with its place. */
export function checkIndices(indices: ArrayLike<number>, blockCount: number): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (!Number.isSafeInteger(index) || index < 0 || index >= blockCount) {
      throw new SdttError(
        "usage",
        `The data has blocks 0 to ${blockCount - 1}; index ${i} of those to read is ${index}.`,
      );
    }
  }
}
