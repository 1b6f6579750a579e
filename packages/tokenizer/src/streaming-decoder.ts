import type { DecodeOptions, Vocabulary } from "./vocabulary.ts";

/** Turns ids into text as they arrive. What `push` and `flush` return joins to what `decode` returns for all ids. */
export interface StreamingDecoder {
  /** The text that is certain by now: the bytes of a character that is not whole yet wait for the next ids. */
  push(ids: ArrayLike<number>): string;
  /** What still waits: U+FFFD for a character that was never completed. The decoder then starts over. */
  flush(): string;
}

/** Makes a decoder with a state of its own. */
export function createStreamingDecoder(vocabulary: Vocabulary, options?: DecodeOptions): StreamingDecoder {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let position = 0;
  return {
    push(ids) {
      const bytes = vocabulary.bytesOf(ids, options, position);
      position += ids.length;
      return decoder.decode(bytes, { stream: true });
    },
    flush() {
      position = 0;
      return decoder.decode();
    },
  };
}
