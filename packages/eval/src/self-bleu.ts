import { SdttError } from "@sdtt/core";
import { createPause } from "./pause.ts";
import type { Pause } from "./pause.ts";
import type { SampleMetric } from "./sample-metric.ts";
import { checkSamples, textsOf } from "./samples.ts";
import type { Samples } from "./samples.ts";
import { mean } from "./statistics.ts";

export interface SelfBleuOptions {
  /** The longest n-grams; 4 unless given. */
  readonly n?: number | undefined;
}

/** What stands for a precision of 0, over the number of n-grams: the smoothing of the published code (NLTK's method 1). */
const smoothing = 0.1;

/**
 * How much texts are like each other: the BLEU of each text with all others as its references, averaged over texts (Zhu et
 * al. 2018, Texygen, arXiv 1802.01886), from 0 to 1, where 1 means that all are the same. BLEU (Papineni et al. 2002) is the geometric
 * mean over 1- to n-grams of ids of their clipped precision. Texts have one length, so there is no penalty for short ones. It
 * grows with the number of texts: compare sets of one size.
 *
 * `evaluate` throws `usage` for fewer than two texts and for n above the length.
 */
export function selfBleu({ n: longest = 4 }: SelfBleuOptions = {}): SampleMetric<number> {
  return {
    protocol: `BLEU-${longest} of ids of each text, all others as references, mean over texts; 0.1 for a count of 0`,
    async evaluate(samples, { signal } = {}) {
      check(samples, longest);
      const pause = createPause(signal);
      const logs = new Float64Array(samples.batch);
      for (let n = 1; n <= longest; n++) {
        const precisions = await clippedPrecisions(textsOf(samples), n, pause);
        precisions.forEach((precision, i) => (logs[i]! += Math.log(precision) / longest));
      }
      return mean(logs.map(Math.exp));
    },
  };
}

/** Of each text: its n-grams, each counted as often as the text of another has it at most, over all of them. */
async function clippedPrecisions(
  texts: readonly Int32Array[],
  n: number,
  pause: Pause,
): Promise<readonly number[]> {
  const all = texts.map((ids) => countNgrams(ids, n));
  const most = new Map<string, TwoMost>();
  for (const [text, counts] of all.entries()) {
    await pause();
    for (const [ngram, count] of counts) most.set(ngram, withCount(most.get(ngram), count, text));
  }
  const precisions: number[] = [];
  for (const [text, counts] of all.entries()) {
    await pause();
    let [matched, total] = [0, 0];
    for (const [ngram, count] of counts) {
      const { first, firstText, second } = most.get(ngram)!;
      matched += Math.min(count, firstText === text ? second : first);
      total += count;
    }
    precisions.push((matched || smoothing) / total);
  }
  return precisions;
}

/** How often the two texts that have an n-gram most often have it, and which is the first of them. */
interface TwoMost {
  readonly first: number;
  readonly firstText: number;
  readonly second: number;
}

function withCount(most: TwoMost | undefined, count: number, text: number): TwoMost {
  if (!most) return { first: count, firstText: text, second: 0 };
  if (count > most.first) return { first: count, firstText: text, second: most.first };
  return { ...most, second: Math.max(most.second, count) };
}

function countNgrams(ids: Int32Array, n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let end = n; end <= ids.length; end++) {
    const ngram = ids.subarray(end - n, end).join();
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

function check(samples: Samples, n: number): void {
  checkSamples(samples);
  if (samples.batch < 2) {
    throw new SdttError("usage", "Self-BLEU compares texts with each other: it needs at least two; got 1.");
  }
  if (!(Number.isInteger(n) && n >= 1 && n <= samples.length)) {
    throw new SdttError("usage", `n of Self-BLEU must be an integer from 1 to ${samples.length}; got ${n}.`);
  }
}
