import { SdttError } from "@sdtt/core";
import { checkSamples, textsOf } from "../samples.ts";
import type { Samples } from "../samples.ts";
import type { BaselineOptions } from "./baseline.ts";

export interface PeriodicOptions extends BaselineOptions {
  /** Tokens of the reference that are repeated, from 1 to its length. */
  readonly period: number;
}

/**
 * Texts that repeat a piece of the reference: a judge with a memory finds all but the first time likely, and the entropy is that of
 * the piece (arXiv 2606.08417: perplexity 21.6 at a period of 400, with MAUVE 0.004).
 */
export function periodicTexts({ reference, batch, stream, period }: PeriodicOptions): Samples {
  checkSamples(reference);
  const { length } = reference;
  if (!(Number.isInteger(period) && period >= 1 && period <= length)) {
    throw new SdttError("usage", `The period must be an integer from 1 to ${length}; got ${period}.`);
  }
  const texts = textsOf(reference);
  const tokens = new Int32Array(batch * length);
  for (let text = 0; text < batch; text++) {
    const draws = stream.child(text);
    const source = texts[Math.floor(draws.uniform(0) * texts.length)]!;
    const start = Math.floor(draws.uniform(1) * (length - period + 1));
    for (let i = 0; i < length; i++) tokens[text * length + i] = source[start + (i % period)]!;
  }
  return { tokens, batch, length };
}
