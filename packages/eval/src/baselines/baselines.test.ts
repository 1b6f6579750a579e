import { createStream } from "@sdtt/core";
import { expect, test } from "vitest";
import { periodicTexts, referenceTexts, unigramTexts } from "../index.ts";
import { textsOf } from "../samples.ts";

const stream = createStream(4);
// 0 half of the time, 1 a quarter, 2 and 3 an eighth.
const reference = {
  tokens: Int32Array.of(0, 0, 0, 0, 1, 1, 2, 3, 3, 2, 1, 1, 0, 0, 0, 0),
  batch: 2,
  length: 8,
};

test("unigram texts have the frequencies of the reference, and their tokens know nothing of each other", () => {
  const { tokens, batch, length } = unigramTexts({ reference, batch: 2000, stream });
  expect([batch, length]).toEqual([2000, 8]);
  const share = (of: (id: number, i: number) => boolean) =>
    tokens.filter((id, i) => of(id, i)).length / tokens.length;
  [1 / 2, 1 / 4, 1 / 8, 1 / 8].forEach((distribution, id) =>
    expect(share((x) => x === id)).toBeCloseTo(distribution, 1.5),
  );
  expect(share((x, i) => x === 0 && tokens[i + 1] === 0)).toBeCloseTo(1 / 4, 1.5);
  const top = unigramTexts({ reference, batch: 50, stream, topK: 2 });
  expect(new Set(top.tokens)).toEqual(new Set([0, 1]));
  expect(() => unigramTexts({ reference, batch: 1, stream, topK: 0 })).toThrow(/at least 1; got 0/);
});

test("periodic texts repeat a piece of the reference", () => {
  const texts = periodicTexts({ reference, batch: 20, stream, period: 3 });
  const pieces = textsOf(reference).map((ids) => ids.join());
  for (const ids of textsOf(texts)) {
    expect(pieces.some((whole) => whole.includes(ids.subarray(0, 3).join()))).toBe(true);
    ids.forEach((id, i) => i >= 3 && expect(id).toBe(ids[i - 3]));
  }
  expect(new Set(textsOf(texts).map((ids) => ids.join())).size).toBeGreaterThan(2);
  expect(() => periodicTexts({ reference, batch: 1, stream, period: 9 })).toThrow(/from 1 to 8; got 9/);
});

test("the reference's texts come in random order, none twice", () => {
  const many = { tokens: Int32Array.from({ length: 60 }, (_, i) => i), batch: 30, length: 2 };
  const { tokens } = referenceTexts({ reference: many, batch: 30, stream });
  expect([...tokens].sort((a, b) => a - b)).toEqual([...many.tokens]);
  expect(tokens).not.toEqual(many.tokens);
  expect(() => referenceTexts({ reference, batch: 3, stream })).toThrow("The reference has 2 texts; got 3");
});

test("a text does not depend on how many are made", () => {
  for (const make of [
    unigramTexts,
    (options: Parameters<typeof unigramTexts>[0]) => periodicTexts({ ...options, period: 2 }),
  ]) {
    const [few, more] = [3, 5].map((batch) => textsOf(make({ reference, batch, stream })));
    expect(more!.slice(0, 3)).toEqual(few);
  }
});
