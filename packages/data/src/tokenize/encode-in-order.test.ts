import { expect, test } from "vitest";
import { collect } from "../testing/collect.ts";
import { smallTexts, smallTokenizer } from "../testing/small-tokenizer.ts";
import { createLocalEncoder } from "./document-encoder.ts";
import type { DocumentEncoder } from "./document-encoder.ts";
import { encodeInOrder } from "./encode-in-order.ts";
import { createWorkerEncoder } from "./worker-encoder.ts";

async function* asyncOf<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

/** Long enough that every text is a batch of its own. */
const longTexts = Array.from({ length: 10 }, (_, i) => String(i).repeat(2 ** 18));

test("ids come in the order of the texts, though batches end in any order", async () => {
  const [mostAtOnce, turns] = [3, new Map<string, number>()];
  let atOnce = 0;
  const encoder: DocumentEncoder = {
    concurrency: mostAtOnce,
    async encode([text]) {
      const digit = Number(text![0]);
      expect(++atOnce).toBeLessThanOrEqual(mostAtOnce);
      for (let wait = (digit * 7) % 10; wait > 0; wait--) await new Promise(setImmediate);
      turns.set(text!, turns.size);
      atOnce--;
      return [Int32Array.of(digit)];
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const ids = await collect(encodeInOrder(asyncOf(longTexts), encoder));
  expect(ids.map(([id]) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect([...turns.keys()]).not.toEqual(longTexts);
});

test("the failure of a batch is the failure of the whole, when its turn comes", async () => {
  const encoder: DocumentEncoder = {
    concurrency: 4,
    async encode([text]) {
      if (text!.startsWith("2")) throw new Error("no");
      return [Int32Array.of(Number(text![0]))];
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const seen: number[] = [];
  const encoding = (async () => {
    for await (const [id] of encodeInOrder(asyncOf(longTexts), encoder)) seen.push(id!);
  })();
  await expect(encoding).rejects.toThrow("no");
  expect(seen).toEqual([0, 1]);
});

test("threads give the ids that this thread gives", async () => {
  const texts = [...smallTexts(400), "whale ".repeat(60_000), "", ...smallTexts(50)];
  const { json, tokenizer } = await smallTokenizer(smallTexts(20));
  await using threads = createWorkerEncoder({ json }, 2);
  const there = await collect(encodeInOrder(asyncOf(texts), threads));
  const here = await collect(encodeInOrder(asyncOf(texts), createLocalEncoder(tokenizer)));
  expect(there).toEqual(here);
  expect(there.length).toBe(texts.length);
});

test("a thread that cannot work says why, at once and ever after", async () => {
  await using threads = createWorkerEncoder({ json: "{}" }, 1);
  for (let time = 0; time < 2; time++) {
    const encoding = threads.encode(["a"]);
    await expect(encoding).rejects.toMatchObject({ code: "unavailable" });
    await expect(encoding).rejects.toThrow(/A thread that tokenizes ended: .*tokenizer\.json/);
  }
});
