import { SdttError } from "@sdtt/core";

/** Texts of one length, as ids. */
export interface Samples {
  /** Ids, `[batch * length]`. */
  readonly tokens: Int32Array;
  readonly batch: number;
  readonly length: number;
}

/** Throws `usage` where there is nothing to evaluate or the sizes contradict each other. */
export function checkSamples({ tokens, batch, length }: Samples): void {
  const positive = Number.isInteger(batch) && batch > 0 && Number.isInteger(length) && length > 0;
  if (!positive || tokens.length !== batch * length) {
    throw new SdttError(
      "usage",
      `Samples are [batch, length] ids, at least one; got ${tokens.length} ids for [${batch}, ${length}].`,
    );
  }
}

/** Each text, `[length]`. */
export function textsOf({ tokens, batch, length }: Samples): Int32Array[] {
  return Array.from({ length: batch }, (_, i) => tokens.subarray(i * length, (i + 1) * length));
}
