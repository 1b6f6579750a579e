import { loadGpt2Tokenizer, createTokenizer, trainBytePairEncoding } from "@sdtt/tokenizer";
import { expect, test } from "vitest";
import { generativePerplexity, idsReading, textReading } from "../index.ts";
import type { Judge } from "../index.ts";

const gpt2 = await loadGpt2Tokenizer();
const bytes = createTokenizer(await trainBytePairEncoding({ texts: [], vocabSize: 257 }));
const end = bytes.endOfTextId!;
const samples = (...texts: number[][]) => ({
  tokens: Int32Array.from(texts.flat()),
  batch: texts.length,
  length: texts[0]!.length,
});
const idsOf = (text: string) => [...bytes.encode(text)];

test("text: what is after the first end of a text is not read, and an end that opens a text is none", () => {
  const { tokens, lengths, length } = textReading({ model: bytes, judge: gpt2 }).read(
    samples([...idsOf("It was"), end, ...idsOf("the")], [end, ...idsOf("It was a "), end].slice(0, 10)),
  );
  expect(length).toBe(5);
  expect([...lengths!]).toEqual([3, 5]);
  const [first, second] = [tokens.subarray(0, 3), tokens.subarray(5, 10)];
  expect(gpt2.decode(first)).toBe("It was<|endoftext|>");
  expect(gpt2.decode(second)).toBe("<|endoftext|>It was a ");
  const cut = textReading({ model: bytes, judge: gpt2, maxLength: 2 });
  expect(cut.read(samples(idsOf("It was a day"))).length).toBe(2);
  expect(cut.protocol).toMatch(/encoded again .* up to and with the first end-of-text/);
});

test("text: words that spell an end of text are words, and texts without a token are left out", () => {
  const reading = textReading({ model: bytes, judge: gpt2 });
  const spelled = Array.from("<|endoftext|>", (letter) => idsOf(letter)[0]!);
  expect(reading.read(samples(spelled)).tokens).not.toContain(gpt2.endOfTextId);
  const noEnd = textReading({ model: bytes, judge: { ...gpt2, endOfTextId: undefined } });
  expect(noEnd.read(samples([end, end], idsOf("ab"))).batch).toBe(1);
  expect(() => noEnd.read(samples([end, end]))).toThrow(/None of 1 texts has a token/);
});

test("ids: a judge of another vocabulary is refused, and told of the other protocol", () => {
  const [model, judge] = [
    { name: "ours", tokenizer: bytes },
    { name: "gpt2", tokenizer: gpt2 },
  ];
  expect(idsReading({ judge, model: judge }).name).toBe("ids");
  expect(() => idsReading({ judge, model })).toThrow(
    'gpt2 cannot read the ids of ours as they are: its vocabulary has 50257 tokens, that of the model 257. Take the protocol "text"',
  );
  const swapped = { ...bytes, tokenBytes: (id: number) => bytes.tokenBytes(id === 3 ? 4 : id) };
  expect(() => idsReading({ judge: { name: "swapped", tokenizer: swapped }, model })).toThrow(/token 3 is/);
});

test("text: nats are averaged over the tokens of all texts, not over texts", async () => {
  // Two tokens at 1 nat each after the first of one text; one at 4 nats in the other.
  const judge: Judge = {
    score: async ({ tokens, length, lengths }) => {
      expect([...lengths!]).toEqual([3, 2]);
      return Float32Array.from(tokens, (_, i) => (i % length === 0 ? 0 : i < length ? -1 : -4));
    },
  };
  const model = { encode: bytes.encode, decode: bytes.decode, endOfTextId: end };
  const metric = generativePerplexity({ judge, reading: textReading({ model, judge: model }) });
  const result = await metric.evaluate(samples(idsOf("abc"), [...idsOf("a"), end, end]));
  expect(result.nats).toBeCloseTo((1 + 1 + 4) / 3, 12);
  // Residuals of the ratio are 2 - 2 * 2 and 4 - 2, over a mean of 1.5 tokens.
  expect(result.standardError).toBeCloseTo(Math.sqrt(4 / 1) / 1.5, 12);
  expect(metric.protocol).toMatch(/^decoded and encoded again.*; mean over the tokens of all texts$/);
});
