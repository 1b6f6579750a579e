import { SdttError } from "@sdtt/core";
import type { Logits } from "./loss.ts";

/** The number of rows of `[rows, vocabSize]` logits. Throws `usage` if they are not whole rows. */
export function countRows(logits: Logits, vocabSize: number): number {
  if (!Number.isSafeInteger(vocabSize) || vocabSize < 2) {
    throw new SdttError("usage", `vocabSize is an integer of at least 2; got ${vocabSize}.`);
  }
  if (logits.length % vocabSize !== 0) {
    throw new SdttError(
      "usage",
      `Logits are [rows, vocabSize], a multiple of vocabSize = ${vocabSize} elements; got ${logits.length}.`,
    );
  }
  return logits.length / vocabSize;
}

/** Throws `usage` unless an argument holds as many elements as the others say. */
export function checkLength(name: string, values: ArrayLike<number>, expected: number): void {
  if (values.length !== expected) {
    throw new SdttError(
      "usage",
      `${name} needs ${expected} elements to fit the others; got ${values.length}.`,
    );
  }
}

/** The weight of each row: the given ones, or those of a mean. */
export function rowWeights(weights: ArrayLike<number> | undefined, rows: number): ArrayLike<number> {
  if (weights) checkLength("weights", weights, rows);
  return weights ?? new Float64Array(rows).fill(1 / rows);
}
