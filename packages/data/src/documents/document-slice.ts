import { SdttError } from "@sdtt/core";

/**
 * Which of the documents of a corpus, as Python's slices write it: from `start` up to and without `end`; a negative number
 * counts from the end. `{ start: -100_000 }` are the last 100,000.
 */
export interface DocumentSlice {
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}

/** The slice as indices from 0, `to` excluded. Counts only where a bound counts from the end. */
export async function resolveSlice(
  { start = 0, end = Infinity }: DocumentSlice,
  count: () => Promise<number>,
): Promise<{ from: number; to: number }> {
  for (const bound of [start, end]) {
    if (!Number.isSafeInteger(bound) && bound !== Infinity) {
      throw new SdttError("usage", `A slice of documents has whole numbers as its bounds; got ${bound}.`);
    }
  }
  const total = start < 0 || end < 0 ? await count() : 0;
  const place = (bound: number): number => (bound < 0 ? Math.max(0, total + bound) : bound);
  return { from: place(start), to: place(end) };
}
