import { SdttError } from "@sdtt/core";
import { randomOrder } from "../noise-levels.ts";
import { checkSamples, textsOf } from "../samples.ts";
import type { Samples } from "../samples.ts";
import type { BaselineOptions } from "./baseline.ts";

/**
 * Texts of the reference itself, in random order, none twice: what a perfect model would write. Keep them apart from those that
 * metrics compare with, or a distance is 0 because both sets are the same texts.
 *
 * @throws SdttError `usage` for more texts than the reference has.
 */
export function referenceTexts({ reference, batch, stream }: BaselineOptions): Samples {
  checkSamples(reference);
  if (batch > reference.batch) {
    throw new SdttError(
      "usage",
      `The reference has ${reference.batch} texts; got ${batch} to take without repeating any.`,
    );
  }
  const texts = textsOf(reference);
  const { length } = reference;
  const tokens = new Int32Array(batch * length);
  randomOrder(reference.batch, stream)
    .subarray(0, batch)
    .forEach((from, to) => tokens.set(texts[from]!, to * length));
  return { tokens, batch, length };
}
