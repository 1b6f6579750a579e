import { createStream } from "@sdtt/core";
import { expect, test } from "vitest";
import { repetition, repN, selfBleu } from "./index.ts";
import type { Samples } from "./index.ts";
import { textsOf } from "./samples.ts";

const samples = (...texts: number[][]): Samples => ({
  tokens: Int32Array.from(texts.flat()),
  batch: texts.length,
  length: texts[0]!.length,
});

test("rep-n is the share of n-grams that were there before, of each text alone", async () => {
  expect(repN(samples([1, 2, 3, 4]), 1)).toBe(0);
  expect(repN(samples([7, 7, 7, 7]), 1)).toBe(3 / 4);
  expect(repN(samples([7, 7, 7, 7]), 2)).toBeCloseTo(2 / 3, 14);
  // 1 2 | 2 1 | 1 2: one of three was there. The second text has none of its own, though it shares two with the first.
  expect(repN(samples([1, 2, 1, 2], [1, 2, 1, 3]), 2)).toBeCloseTo((1 / 3 + 0) / 2, 14);
  expect(() => repN(samples([1, 2]), 3)).toThrow(/from 1 to 2; got 3/);
  const metric = repetition({ n: 1 });
  expect(await metric.evaluate(samples([5, 5]))).toBe(1 / 2);
  expect(metric.protocol).toMatch(/^share of 1-grams/);
});

test("self-BLEU is 1 of texts that are the same, and next to nothing of texts with nothing in common", async () => {
  const same = samples([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]);
  expect(await selfBleu().evaluate(same)).toBeCloseTo(1, 14);
  const apart = samples([1, 2, 3, 4], [5, 6, 7, 8]);
  // 0.1 of 4, 3, 2 and 1.
  expect(await selfBleu().evaluate(apart)).toBeCloseTo((1e-4 / 24) ** (1 / 4), 12);
});

test("self-BLEU by hand: counts are clipped at what one other text has", async () => {
  // Of 1 1 1 2 against 1 1 3 4: two of three 1s, no 2: 2/4. Pairs: 1 1 once of two, 1 2 not: 1/3. Of the other: 2/4 and 1/3.
  const pair = samples([1, 1, 1, 2], [1, 1, 3, 4]);
  expect(await selfBleu({ n: 2 }).evaluate(pair)).toBeCloseTo(Math.sqrt((2 / 4) * (1 / 3)), 14);
});

test("self-BLEU equals the definition written out", async () => {
  const stream = createStream(3);
  const tokens = Int32Array.from({ length: 9 * 14 }, (_, i) => Math.floor(stream.uniform(i) ** 2 * 6));
  const texts = { tokens, batch: 9, length: 14 };
  const rows = textsOf(texts).map((ids) => [...ids]);
  const gramsOf = (ids: number[], n: number) => ids.slice(n - 1).map((_, i) => ids.slice(i, i + n).join(" "));
  const count = (grams: string[], gram: string) => grams.filter((other) => other === gram).length;
  const bleu = (own: number[], others: number[][]) =>
    [1, 2, 3, 4].reduce((product, n) => {
      const grams = gramsOf(own, n);
      const matched = [...new Set(grams)].reduce((sum, gram) => {
        const most = Math.max(...others.map((ids) => count(gramsOf(ids, n), gram)));
        return sum + Math.min(count(grams, gram), most);
      }, 0);
      return product * ((matched || 0.1) / grams.length) ** (1 / 4);
    }, 1);
  const all = rows.map((own, i) => bleu(own, rows.toSpliced(i, 1)));
  expect(await selfBleu().evaluate(texts)).toBeCloseTo(all.reduce((a, b) => a + b) / 9, 12);
});

test("one text has nobody to be compared with", async () => {
  await expect(selfBleu().evaluate(samples([1, 2, 3, 4]))).rejects.toThrow(/at least two; got 1/);
  await expect(selfBleu().evaluate(samples([1], [2]))).rejects.toThrow(/from 1 to 1; got 4/);
});
