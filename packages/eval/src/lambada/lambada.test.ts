import { createStream } from "@sdtt/core";
import type { Denoiser } from "@sdtt/core";
import { createTokenizer, loadGpt2Tokenizer, trainBytePairEncoding } from "@sdtt/tokenizer";
import { expect, test } from "vitest";
import { lambadaItems, lambadaOfCausalModel, lambadaOfDenoiser } from "../index.ts";
import type { DenoiserLambadaOptions, LambadaItem, LambadaModel } from "../index.ts";

const stream = createStream(2);
const item = (context: number[], word: number[]): LambadaItem => ({
  context: Int32Array.from(context),
  word: Int32Array.from(word),
});
const [maskId, endId] = [9, 8];

/** Finds token t with chance 3/4 after token t - 1, else any other with the rest; after a mask all alike. Tokens 0 to 8. */
function nextAfter(previous: number | undefined): number[] {
  return Array.from({ length: 9 }, (_, id) =>
    previous === undefined || previous === maskId ? 1 / 9 : id === previous + 1 ? 3 / 4 : 1 / 32,
  );
}

function denoiserThat(seen: (tokens: number[][]) => void = () => {}): Denoiser {
  const distributions = ({ tokens, batch, length, rows }: Parameters<Denoiser["logProbs"]>[0]) => {
    seen(Array.from({ length: batch }, (_, i) => [...tokens.subarray(i * length, (i + 1) * length)]));
    return [...rows].map((row) => nextAfter(tokens[row - 1]));
  };
  return {
    vocabSize: 10,
    maskId,
    draw: async (request) => {
      expect(request.topK).toBe(1);
      const found = distributions(request).map((distribution) =>
        distribution.indexOf(Math.max(...distribution)),
      );
      return { ids: Int32Array.from(found), logProbs: new Float32Array(found.length) };
    },
    logProbs: async (request) =>
      Float32Array.from(
        distributions(request).flatMap((distribution) => [...distribution.map(Math.log), -Infinity]),
      ),
  };
}

const measure = (options: Partial<DenoiserLambadaOptions> & Pick<DenoiserLambadaOptions, "items">) =>
  lambadaOfDenoiser({ denoiser: denoiserThat(), end: "visible", endId, stream, ...options });

test("the last word is what follows the last space, with the space", async () => {
  const tokenizer = await loadGpt2Tokenizer();
  const [found] = lambadaItems({ texts: ["It was the best of times\n"], tokenizer, bosId: 50256 });
  expect(tokenizer.decode(found!.context)).toBe("<|endoftext|>It was the best of");
  expect(tokenizer.decode(found!.word)).toBe(" times");
  expect(lambadaItems({ texts: ["a b"], tokenizer })[0]!.context.length).toBe(1);
  const bytes = createTokenizer(await trainBytePairEncoding({ texts: [], vocabSize: 257 }));
  expect(bytes.decode(lambadaItems({ texts: ["a bc"], tokenizer: bytes })[0]!.word)).toBe(" bc");
  expect(() => lambadaItems({ texts: ["a b", "word"], tokenizer })).toThrow('Passage 1 is "word"');
  expect(() => lambadaItems({ texts: [], tokenizer })).toThrow(/no passage/);
});

test("a word of one token: the bound is its surprise, as the weights of the noise levels average to 1", async () => {
  const right = await measure({ items: [item([0, 1], [2])], draws: 4000 });
  expect(right.accuracy).toBe(1);
  expect(right.nats).toBeCloseTo(-Math.log(3 / 4), 1);
  const both = await measure({ items: [item([0, 1], [2]), item([0, 1], [5])], draws: 4000 });
  expect(both.accuracy).toBe(1 / 2);
  expect(both.nats / ((-Math.log(3 / 4) - Math.log(1 / 32)) / 2)).toBeCloseTo(1, 1);
  expect(both.perplexity).toBeCloseTo(Math.exp(both.nats), 10);
  expect(both.passages).toBe(2);
});

test("all of the word must be found in one pass", async () => {
  // The second token is after a mask, where all are alike and the first of them counts as the likeliest.
  const found = await measure({ items: [item([0, 1], [2, 3]), item([0, 1], [2, 0])] });
  expect(found.accuracy).toBe(1 / 2);
});

test("the visible end tells the length of a word; masks do not", async () => {
  const seen: number[][] = [];
  const denoiser = denoiserThat((tokens) => seen.push(...tokens));
  const items = [item([0, 1], [2]), item([0, 1], [2, 3])];
  const visible = await measure({ items, denoiser });
  expect(seen).toContainEqual([0, 1, maskId, endId]);
  expect(seen).toContainEqual([0, 1, maskId, maskId, endId]);
  expect(seen).toContainEqual([0, 1, 2, maskId, endId]);
  expect(visible.protocol).toMatch(/after it a visible end-of-text; .* 32 noise levels/);
  seen.length = 0;
  const masked = await measure({ items, denoiser, end: "masked", span: 4 });
  expect(new Set(seen.map(({ length }) => length))).toEqual(new Set([6]));
  expect(seen.filter((tokens) => tokens.includes(endId))).toEqual([]);
  expect(seen).toContainEqual([0, 1, 2, maskId, maskId, maskId]);
  expect(masked.protocol).toMatch(/after it masks, 4 from the word on/);
  const narrow = measure({ items, end: "masked", span: 1 });
  await expect(narrow).rejects.toThrow("The last word of passage 1 has 2 tokens, more than 1.");
});

test("maskings that are equal are asked about once, which changes nothing but the time", async () => {
  const items = [item([0, 1], [2, 3]), item([3], [4, 4, 5]), item([0, 1], [2, 3])];
  let asked = 0;
  const count = () => denoiserThat((tokens) => (asked += tokens.length));
  const once = await measure({ items, denoiser: count() });
  const few = asked;
  asked = 0;
  const each = await measure({ items, denoiser: count(), timeConditioning: true, batchSize: 5 });
  expect(few).toBeLessThan(asked / 3);
  expect(once.nats).toBeCloseTo(each.nats, 12);
  expect({ ...once, nats: 0, perplexity: 0, standardError: 0 }).toEqual({
    ...each,
    nats: 0,
    perplexity: 0,
    standardError: 0,
  });
});

test("an autoregressive model: exact, right where its likeliest tokens are the word", async () => {
  const asked: number[][] = [];
  const model: LambadaModel = {
    maxLength: 4,
    score: async ({ tokens, length, lengths }) => {
      expect(lengths!.length).toBeGreaterThan(0);
      return Float32Array.from(tokens, (id, i) => {
        return i % length === 0 ? 0 : Math.log(nextAfter(tokens[i - 1])[id]!);
      });
    },
    generate: async ({ prompts, promptLengths, batch, length, topK }) => {
      expect(topK).toBe(1);
      const tokens = new Int32Array(batch * length);
      const width = prompts.length / batch;
      for (let i = 0; i < batch; i++) {
        const row = tokens.subarray(i * length, (i + 1) * length);
        const prompt = prompts.subarray(i * width, i * width + promptLengths![i]!);
        asked.push([...prompt]);
        row.set(prompt);
        for (let at = prompt.length; at < length; at++) row[at] = row[at - 1]! + 1;
      }
      return { tokens, lengths: new Int32Array(batch).fill(length), passes: 1 };
    },
  };
  const items = [item([7, 7, 0, 1], [2, 3]), item([0], [1]), item([0], [4, 5])];
  const found = await lambadaOfCausalModel({ model, items });
  expect(found.accuracy).toBe(2 / 3);
  const [hit, miss] = [-Math.log(3 / 4), -Math.log(1 / 32)];
  expect(found.nats).toBeCloseTo((2 * hit + hit + (miss + hit)) / 3, 6);
  // The long context has lost its beginning.
  expect(asked).toEqual([[0], [0], [0, 1]]);
  await expect(lambadaOfCausalModel({ model, items, signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "aborted",
  });
});
