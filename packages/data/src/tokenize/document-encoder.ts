import type { Tokenizer } from "@sdtt/tokenizer";

/** Texts to ids, in this thread or in others. */
export interface DocumentEncoder extends AsyncDisposable {
  /** How many batches of texts keep it busy. */
  readonly concurrency: number;
  /** The ids of each text. Batches that are given at the same time may be worked on at the same time. */
  encode(texts: readonly string[]): Promise<Int32Array[]>;
}

/** Encodes in this thread. */
export function createLocalEncoder(tokenizer: Tokenizer): DocumentEncoder {
  return {
    concurrency: 1,
    encode: async (texts) => texts.map((text) => tokenizer.encode(text)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
