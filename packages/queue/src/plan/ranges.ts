import { SdttError } from "@sdtt/core";

/** The texts `first` to `first + count - 1` of a seed. */
export interface TextRange {
  readonly first: number;
  readonly count: number;
}

/**
 * Splits texts into ranges of at most `size`, in order.
 *
 * @param options.missing - the ranges of texts that are still to be written, in order.
 * @throws SdttError `usage` for a size that is no whole number from 1 on.
 */
export function splitRanges(options: {
  readonly missing: readonly TextRange[];
  readonly size: number;
}): TextRange[] {
  const { missing, size } = options;
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new SdttError("usage", `Expected a whole number of texts a job, at least 1; got ${size}.`);
  }
  return missing.flatMap(({ first, count }) =>
    Array.from({ length: Math.ceil(count / size) }, (_, i) => ({
      first: first + i * size,
      count: Math.min(size, count - i * size),
    })),
  );
}

/**
 * What is missing of the texts 0 to `total - 1`, as ranges in order.
 *
 * @param options.has - whether a text is there already.
 */
export function missingRanges(options: {
  readonly total: number;
  readonly has: (text: number) => boolean;
}): TextRange[] {
  const { total, has } = options;
  const ranges: TextRange[] = [];
  for (let first = 0; first < total; first++) {
    if (has(first)) continue;
    let end = first + 1;
    while (end < total && !has(end)) end++;
    ranges.push({ first, count: end - first });
    first = end;
  }
  return ranges;
}

/** A range as people read it: `text 7`, `texts 16 to 31`. */
export function describeRange({ first, count }: TextRange): string {
  return count === 1 ? `text ${first}` : `texts ${first} to ${first + count - 1}`;
}
