import { SdttError } from "@sdtt/core";
import { readsIds } from "../judging/ids-reading.ts";
import type { JudgeTexts, Reading } from "../judging/reading.ts";
import type { SampleMetric } from "../sample-metric.ts";
import type { Samples } from "../samples.ts";

/**
 * The gradient, by all parameters of a judge, of the mean over texts of their nats per token: one long vector, the same
 * parameters in the same order each time. `createTextGradient` of @sdtt/distill makes one for a checkpoint.
 */
export type TextGradient = (
  texts: JudgeTexts,
  options?: { readonly signal?: AbortSignal | undefined },
) => Promise<Float32Array>;

export interface GradientMomentOptions {
  readonly gradient: TextGradient;
  /** Texts of people, in the ids of the model; at least two. */
  readonly reference: Samples;
  /** How the judge reads both sets; `idsReading` unless given. */
  readonly reading?: Reading | undefined;
}

/**
 * Gradient Moment (arXiv 2606.08417): the squared norm of the difference between the judge's mean gradient on samples and
 * on data. It is 0 where the judge would learn the same from both, which texts that merely please it do not reach.
 *
 * The square of a mean over few texts is too large by its variance. So each set is halved, and the differences of both
 * halves are multiplied with each other: that is right on average, and may come out below 0 where the sets are alike.
 *
 * `evaluate` throws `usage` for fewer than two texts in a set; `numeric` where the result is not finite.
 */
export function gradientMoment(options: GradientMomentOptions): SampleMetric<number> {
  const { gradient, reference, reading = readsIds } = options;
  return {
    protocol: `${reading.protocol}; squared norm of the difference of the judge's mean gradients, of nats per token, on texts and on the reference; product of two halves`,
    async evaluate(samples, { signal } = {}) {
      const ours = halves(reading.read(samples), "samples");
      const theirs = halves(reading.read(reference), "reference");
      const difference = async (half: 0 | 1) => {
        const result = await gradient(ours[half], { signal });
        const ofReference = await gradient(theirs[half], { signal });
        for (let i = 0; i < result.length; i++) result[i]! -= ofReference[i]!;
        return result;
      };
      return product(await difference(0), await difference(1));
    },
  };
}

function halves(texts: JudgeTexts, name: string): readonly [JudgeTexts, JudgeTexts] {
  const { batch } = texts;
  if (batch < 2) {
    throw new SdttError(
      "usage",
      `Gradient Moment halves both sets: the ${name} must be at least 2; got ${batch}.`,
    );
  }
  const middle = batch >> 1;
  return [part(texts, 0, middle), part(texts, middle, batch)];
}

function part({ tokens, length, lengths }: JudgeTexts, start: number, end: number): JudgeTexts {
  return {
    tokens: tokens.subarray(start * length, end * length),
    batch: end - start,
    length,
    lengths: lengths?.subarray(start, end),
  };
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  if (Number.isFinite(sum)) return sum;
  throw new SdttError("numeric", "The judge's gradient on these texts is not finite.");
}
