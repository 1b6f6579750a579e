import { SdttError } from "@sdtt/core";
import type { CausalTexts } from "@sdtt/core";
import { checkRowsRequest } from "./requests.ts";

/** @throws SdttError `usage` for ids, sizes and lengths out of range. */
export function checkTexts(
  texts: CausalTexts,
  { vocabSize, maxLength }: { readonly vocabSize: number; readonly maxLength: number },
): void {
  checkRowsRequest({ ...texts, rows: new Int32Array(0) }, vocabSize);
  checkLengths(texts.lengths, texts, "text");
  checkMaxLength(Math.max(...lengthsOf(texts)), maxLength);
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

/** The rows of the grid that are of texts. */
export function rowsOf(texts: CausalTexts, { butLast = false }: { butLast?: boolean } = {}): Int32Array {
  const lengths = lengthsOf(texts);
  const { length } = texts;
  return Int32Array.from(texts.tokens.keys()).filter(
    (row) => row % length < lengths[Math.floor(row / length)]! - (butLast ? 1 : 0),
  );
}

/** The row of the last token of each text. */
export function lastRows(texts: CausalTexts): Int32Array {
  return lengthsOf(texts).map((length, text) => text * texts.length + length - 1);
}

function lengthsOf({ lengths, batch, length }: CausalTexts): Int32Array {
  return lengths ?? new Int32Array(batch).fill(length);
}
