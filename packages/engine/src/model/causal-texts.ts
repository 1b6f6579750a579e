import { SdttError, checkRowsRequest } from "@sdtt/core";
import type { CausalTexts, RowsRequest } from "@sdtt/core";

/** @throws SdttError `usage` for ids, sizes and lengths out of range. */
export function checkTexts(texts: CausalTexts, vocabSize: number): void {
  checkRowsRequest({ ...texts, rows: new Int32Array(0) }, vocabSize);
  checkLengths(texts.lengths, texts, "text");
}

/** One length for each text, from 1 to `length`. */
export function checkLengths(
  lengths: Int32Array | undefined,
  { batch, length }: Pick<CausalTexts, "batch" | "length">,
  what: string,
): void {
  if (!lengths) return;
  if (lengths.length !== batch) {
    throw new SdttError("usage", `Expected one length for each of ${batch} ${what}s; got ${lengths.length}.`);
  }
  const outside = lengths.findIndex((value) => value < 1 || value > length);
  if (outside < 0) return;
  throw new SdttError(
    "usage",
    `The length of ${what} ${outside} is ${lengths[outside]}: it must be from 1 to ${length}.`,
  );
}

/** Learnt positions end somewhere. */
export function checkMaxLength(positions: number, maxLength: number): void {
  if (positions <= maxLength) return;
  throw new SdttError(
    "usage",
    `This model reads at most ${maxLength} positions of a text; got ${positions}. Cut the texts to that length.`,
  );
}

/** What of texts goes through the network. */
export interface Reading extends RowsRequest {
  /** The place of each row in the grid of the texts; of `last`, the text that it is of. */
  readonly places: Int32Array;
}

/**
 * The texts, cut to what is read of any of them, and the rows of that: all, the last of each text, or all but those, which is what
 * scores are made of.
 */
export function readingOf(texts: CausalTexts, wanted: "all" | "last" | "all but last"): Reading {
  const { batch, length: width, tokens, signal } = texts;
  const lengths = lengthsOf(texts).map((count) => (wanted === "all but last" ? count - 1 : count));
  const length = lengths.reduce((longest, count) => Math.max(longest, count), 0);
  const grid = new Int32Array(batch * length);
  const [rows, places]: [number[], number[]] = [[], []];
  lengths.forEach((count, text) => {
    grid.set(tokens.subarray(text * width, text * width + length), text * length);
    for (let at = wanted === "last" ? count - 1 : 0; at < count; at++) {
      rows.push(text * length + at);
      places.push(wanted === "last" ? text : text * width + at);
    }
  });
  return {
    tokens: grid,
    batch,
    length,
    rows: Int32Array.from(rows),
    places: Int32Array.from(places),
    signal,
  };
}

function lengthsOf({ lengths, batch, length }: CausalTexts): Int32Array {
  return lengths ?? new Int32Array(batch).fill(length);
}
