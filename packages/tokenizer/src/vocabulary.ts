import { SdttError } from "@sdtt/core";
import type { TokenizerDefinition } from "./definition.ts";
import { encodeUtf8 } from "./utf8.ts";

export interface DecodeOptions {
  /** What a mask is shown as; the empty string drops it. Default `"[MASK]"`. */
  readonly mask?: string | undefined;
  /** Whether special tokens are written out or dropped. Default `"keep"`. */
  readonly specialTokens?: "keep" | "drop" | undefined;
}

/** The bytes of all ids, in one table. */
export interface Vocabulary {
  /** The number of ids, which is also the id of the mask. */
  readonly size: number;
  /**
   * The bytes of ids, joined.
   *
   * @param firstPosition - The position of the first id, for messages. Default 0.
   * @throws SdttError `usage` for an id that is neither in the vocabulary nor the mask.
   */
  bytesOf(ids: ArrayLike<number>, options?: DecodeOptions, firstPosition?: number): Uint8Array<ArrayBuffer>;
}

export function createVocabulary({ tokens, addedTokens }: TokenizerDefinition): Vocabulary {
  const size = tokens.length;
  const starts = new Uint32Array(size);
  const ends = new Uint32Array(size);
  const table = new Uint8Array(tokens.reduce((sum, bytes) => sum + bytes.length, 0));
  tokens.forEach((bytes, id) => {
    starts[id] = ends[id - 1] ?? 0;
    ends[id] = starts[id]! + bytes.length;
    table.set(bytes, starts[id]);
  });
  const endsWithoutSpecial = ends.slice();
  for (const { id, special } of addedTokens) if (special) endsWithoutSpecial[id] = starts[id]!;

  return {
    size,
    bytesOf(ids, { mask = "[MASK]", specialTokens = "keep" } = {}, firstPosition = 0) {
      const placeholder = encodeUtf8(mask);
      const endOf = specialTokens === "keep" ? ends : endsWithoutSpecial;

      let length = 0;
      for (let i = 0; i < ids.length; i++) {
        const id = ids[i]!;
        const end = endOf[id];
        if (end !== undefined) length += end - starts[id]!;
        else if (id === size) length += placeholder.length;
        else throw outOfRange(id, firstPosition + i, size);
      }

      const bytes = new Uint8Array(length);
      let written = 0;
      for (let i = 0; i < ids.length; i++) {
        const id = ids[i]!;
        if (id === size) {
          bytes.set(placeholder, written);
          written += placeholder.length;
        } else {
          for (let at = starts[id]!; at < endOf[id]!; at++) bytes[written++] = table[at]!;
        }
      }
      return bytes;
    },
  };
}

function outOfRange(id: number, position: number, size: number): SdttError {
  return new SdttError(
    "usage",
    `Token id ${id} at position ${position} is out of range: this tokenizer has ids 0 to ${size - 1}, and ${size} is the mask.`,
  );
}
