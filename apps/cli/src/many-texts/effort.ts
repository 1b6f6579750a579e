import type { LanguageModel, TextSample, TextSampleOptions } from "sdtt";
import { z } from "zod";

/** What it took to write texts together. */
export interface Effort {
  readonly seconds: number;
  /** Forward passes (NFE) by their step, from 1. Those after the last step that revealed a token are at place 0. */
  readonly passes: readonly number[];
}

/** As it comes from Redis. */
export const effortSchema: z.ZodType<Effort> = z.object({
  seconds: z.number().nonnegative(),
  passes: z.array(z.int().nonnegative()).max(2 ** 20),
});

/**
 * Writes texts, and tells what that took.
 *
 * @param now - milliseconds, monotonic.
 */
export async function sampleWithEffort(
  model: Pick<LanguageModel, "stream">,
  options: TextSampleOptions,
  now: () => number,
): Promise<{ readonly sample: TextSample; readonly effort: Effort }> {
  const start = now();
  const passes = [0];
  let counted = 0;
  const count = (step: number, sum: number) => {
    while (passes.length <= step) passes.push(0);
    passes[step]! += sum - counted;
    counted = sum;
  };
  const writing = model.stream(options);
  let next = await writing.next();
  for (; !next.done; next = await writing.next()) count(next.value.step, next.value.passes);
  count(0, next.value.passes);
  return { sample: next.value, effort: { seconds: (now() - start) / 1000, passes } };
}

/** The passes of texts that were written in parts, as if they had been written together; and the seconds of all parts. */
export function joinEfforts(parts: readonly Effort[]): { readonly seconds: number; readonly passes: number } {
  const steps = parts.reduce((most, { passes }) => Math.max(most, passes.length), 0);
  const passesAt = (step: number) => parts.reduce((most, { passes }) => Math.max(most, passes[step] ?? 0), 0);
  return {
    seconds: parts.reduce((sum, { seconds }) => sum + seconds, 0),
    passes: Array.from({ length: steps }, (_, step) => passesAt(step)).reduce((sum, own) => sum + own, 0),
  };
}
