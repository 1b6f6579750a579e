import { SdttError } from "@sdtt/core";
import type { Tokenizer } from "@sdtt/tokenizer";

/** A passage of LAMBADA (Paperno et al. 2016, arXiv 1606.06031): what is given, and its last word, which is to be found. */
export interface LambadaItem {
  /** Ids, with the beginning of a text if there is one; at least one. */
  readonly context: Int32Array;
  /** Ids of the last word and the space before it; at least one. */
  readonly word: Int32Array;
}

export interface LambadaItemsOptions {
  /** Passages as they are in the dataset, the last word included. */
  readonly texts: readonly string[];
  readonly tokenizer: Pick<Tokenizer, "encode">;
  /** What texts begin with: the end-of-text token, for models that were trained so. */
  readonly bosId?: number | undefined;
}

/**
 * Parts each passage at its last space. The space belongs to the word, as GPT-2's tokens have it.
 *
 * @throws SdttError `usage` for no passages; `format` for one without a space between words.
 */
export function lambadaItems({ texts, tokenizer, bosId }: LambadaItemsOptions): LambadaItem[] {
  if (texts.length === 0) throw new SdttError("usage", "There is no passage to evaluate.");
  return texts.map((text, i) => {
    const passage = text.trim();
    const space = passage.lastIndexOf(" ");
    if (space < 0) {
      throw new SdttError(
        "format",
        `Passage ${i} is ${JSON.stringify(passage.slice(0, 40))}: expected words with a space before the last.`,
      );
    }
    const context = tokenizer.encode(passage.slice(0, space), { specialTokens: "text" });
    const word = tokenizer.encode(passage.slice(space), { specialTokens: "text", continues: true });
    return { context: Int32Array.from([...(bosId === undefined ? [] : [bosId]), ...context]), word };
  });
}

/** A context without its beginning, so that `room` tokens are left, at least one. */
export function cutContext(context: Int32Array, room: number): Int32Array {
  return context.length <= room ? context : context.subarray(context.length - Math.max(1, room));
}
