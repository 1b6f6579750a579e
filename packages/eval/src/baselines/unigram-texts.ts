import { SdttError } from "@sdtt/core";
import { checkSamples } from "../samples.ts";
import type { Samples } from "../samples.ts";
import type { BaselineOptions } from "./baseline.ts";

export interface UnigramOptions extends BaselineOptions {
  /** Takes only this many of the reference's most frequent tokens; all unless given. */
  readonly topK?: number | undefined;
}

/**
 * Texts of independent tokens, drawn from how often the reference has each: the entropy of real texts, and no sense. With `topK` a low
 * perplexity as well, for judges that take frequent words for likely ones.
 */
export function unigramTexts({ reference, batch, stream, topK = Infinity }: UnigramOptions): Samples {
  checkSamples(reference);
  if (!(topK >= 1)) throw new SdttError("usage", `topK must be at least 1; got ${topK}.`);
  const counts = new Map<number, number>();
  for (const id of reference.tokens) counts.set(id, (counts.get(id) ?? 0) + 1);
  const kept = [...counts].sort(([a, n], [b, m]) => m - n || a - b).slice(0, topK);
  // A token once for each time that the reference has it: a uniform one of these is a draw.
  const pool = Int32Array.from(kept.flatMap(([id, count]) => Array.from({ length: count }, () => id)));
  const { length } = reference;
  const tokens = new Int32Array(batch * length);
  for (let text = 0; text < batch; text++) {
    const draws = stream.child(text);
    for (let i = 0; i < length; i++) {
      tokens[text * length + i] = pool[Math.floor(draws.uniform(i) * pool.length)]!;
    }
  }
  return { tokens, batch, length };
}
