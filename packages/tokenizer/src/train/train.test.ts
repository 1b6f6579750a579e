import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createTokenizer } from "../tokenizer.ts";
import { trainBytePairEncoding } from "./train.ts";

test("learns what Hugging Face's trainer learns, ties and order included", async () => {
  const { training, base } = JSON.parse(
    readFileSync(new URL("../../fixtures/oracle.json", import.meta.url), "utf8"),
  ) as Oracle;
  const { model } = await trainBytePairEncoding({ ...training, specialTokens: [] });
  expect(model).toEqual(base.model);
});

test("learns what a slow twin learns", async () => {
  const texts = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "c", " ", "é"), maxLength: 30 }));
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 1, max: 3 }), async (texts, minFrequency) => {
      const learnt = await trainBytePairEncoding({ texts, vocabSize: 257 + 20, minFrequency });
      expect(learnt.model.merges).toEqual(slowMerges(texts, 20, minFrequency));
    }),
    { seed: 1, numRuns: 200 },
  );
});

test("gives a tokenizer with the special tokens last, from a stream of texts", async () => {
  async function* texts(): AsyncGenerator<string> {
    yield "low lower lowest ";
    yield "new newer newest";
  }
  const tokenizer = createTokenizer(await trainBytePairEncoding({ texts: texts(), vocabSize: 262 }));
  expect(tokenizer).toMatchObject({ vocabSize: 262, endOfTextId: 261 });
  expect(tokenizer.decode(tokenizer.encode("newer<|endoftext|>"))).toBe("newer<|endoftext|>");
});

test("stops early when no pair is left", async () => {
  const learnt = await trainBytePairEncoding({ texts: ["aaaa aaaa"], vocabSize: 8192 });
  expect(learnt.model.merges).toEqual([
    ["a", "a"],
    ["aa", "aa"],
  ]);
  expect(learnt.added_tokens[0]!.id).toBe(258);
});

test("learns from one word of 4.3 million characters", async () => {
  const texts = [`${"a".repeat(4_300_000)}中`];
  const { model } = await trainBytePairEncoding({ texts, vocabSize: 257 + 2 });
  expect(model.merges).toEqual([
    ["a", "a"],
    ["aa", "aa"],
  ]);
});

test("a signal stops the learning of merges in the middle of a long word", async () => {
  const stopped = new AbortController();
  const word = Array.from({ length: 1_000_000 }, (_, i) => "abcdefgh"[(i * i * 7 + (i >> 3)) % 8]).join("");
  async function* texts(): AsyncGenerator<string> {
    yield word;
    setTimeout(() => stopped.abort());
  }
  const training = trainBytePairEncoding({ texts: texts(), vocabSize: 8192, signal: stopped.signal });
  await expect(training).rejects.toMatchObject({ code: "aborted" });
});

test("misuse is refused", async () => {
  await expect(trainBytePairEncoding({ texts: [], vocabSize: 256 })).rejects.toThrow(
    "vocabSize must be an integer of at least 257, for the bytes and the special tokens; got 256.",
  );
  await expect(trainBytePairEncoding({ texts: [], vocabSize: 300, specialTokens: ["the"] })).rejects.toThrow(
    'The special token "the" could be an ordinary word',
  );
  const signal = AbortSignal.abort();
  await expect(trainBytePairEncoding({ texts: ["a"], vocabSize: 300, signal })).rejects.toMatchObject({
    code: "aborted",
  });
});

interface Oracle {
  training: { texts: string[]; vocabSize: number };
  base: { model: object };
}

/** Counts all pairs again for each merge, in words of byte symbols. */
function slowMerges(texts: readonly string[], limit: number, minFrequency: number): string[][] {
  const words = texts
    .flatMap((text) => text.match(/ ?[abcé]+|\s+(?!\S)|\s+/g) ?? [])
    .map((piece) => Buffer.from(piece).toString("latin1").replaceAll(" ", "Ġ").split(""));
  const tokens = ["a", "b", "c", "©", "Ã", "Ġ"];
  const merges: string[][] = [];
  while (merges.length < limit) {
    const counts = new Map<string, number>();
    for (const word of words) {
      for (let i = 1; i < word.length; i++) {
        const pair = `${word[i - 1]} ${word[i]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    const candidates = tokens.flatMap((left) => tokens.map((right) => [left, right]));
    const highest = Math.max(minFrequency, ...counts.values());
    const best = candidates.find((pair) => counts.get(pair.join(" ")) === highest);
    if (best === undefined) break;
    merges.push(best);
    tokens.push(best.join(""));
    for (const word of words) {
      for (let i = 0; i < word.length; i++) {
        if (word[i] === best[0] && word[i + 1] === best[1]) word.splice(i, 2, best.join(""));
      }
    }
  }
  return merges;
}
