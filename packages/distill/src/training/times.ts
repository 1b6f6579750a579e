import type { RandomStream } from "@sdtt/core";

export interface TimesOptions {
  readonly count: number;
  readonly stream: RandomStream;
  /** Spreads the times over equal parts of the interval, which lowers the variance of the loss (MDLM, appendix C). */
  readonly antithetic: boolean;
  /** The least time: 1e-5 in SDTT, 1e-3 in MDLM. */
  readonly least: number;
}

/** Times in (least, 1), one for each sequence of a batch. */
export function drawTimes({ count, stream, antithetic, least }: TimesOptions): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    const uniform = antithetic ? (stream.uniform(i) + i) / count : stream.uniform(i);
    return least + (1 - least) * uniform;
  });
}
