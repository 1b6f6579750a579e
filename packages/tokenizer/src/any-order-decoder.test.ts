import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createTokenizer } from "./tokenizer.ts";
import { trainBytePairEncoding } from "./train/train.ts";

/** Bytes, the end of a text and one merge: the two bytes that many quotes and dashes begin with. */
const tokenizer = createTokenizer(
  await trainBytePairEncoding({ texts: ["“ ” ‘ ’ – — † ‡"], vocabSize: 258 }),
);
const end = tokenizer.endOfTextId!;

/** Reveals ids in an order; the texts by position. */
function reveal(ids: ArrayLike<number>, order: readonly number[], endOfText?: string): string[] {
  const decoder = tokenizer.createAnyOrderDecoder({ length: ids.length, endOfText });
  const texts: string[] = [];
  for (const position of order) texts[position] = decoder.reveal(position, ids[position]!);
  return texts;
}

test("in the order of positions the texts join to the whole, in whatever order the ids come", () => {
  const id = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...tokenizer.encode("“”€é🙂 a")) },
    { weight: 1, arbitrary: fc.nat(257) },
    { weight: 1, arbitrary: fc.constant(end) },
  );
  const words = fc
    .string({ unit: fc.constantFrom("“", "€", "é", "🙂", "a"), minLength: 1, maxLength: 5 })
    .map((words) => [...tokenizer.encode(words)]);
  const text = fc.oneof(fc.array(id, { minLength: 1, maxLength: 12 }), words);
  fc.assert(
    fc.property(text, fc.infiniteStream(fc.nat()), (ids, keys) => {
      const key = ids.map(() => keys.next().value as number);
      const order = [...ids.keys()].sort((a, b) => key[a]! - key[b]!);
      const documents: number[][] = [[]];
      for (const id of ids) {
        if (id === end) documents.push([]);
        else documents.at(-1)!.push(id);
      }
      const whole = documents.map((document) => tokenizer.decode(document)).join("|");
      expect(reveal(ids, order, "|").join("")).toBe(whole);
    }),
    { seed: 3, numRuns: 3000 },
  );
});

test("a character stands where it was completed, and nothing stands for a half that waits", () => {
  const quote = [...tokenizer.encode("x€")];
  expect(quote).toHaveLength(4);
  const decoder = tokenizer.createAnyOrderDecoder({ length: quote.length });
  const texts = quote.toReversed().map((id, i) => decoder.reveal(quote.length - 1 - i, id));
  expect(texts.toReversed().join("")).toBe("x€");
  expect(texts).toEqual(["", "", "€", "x"]);
});

test("halves that cannot be completed any more are told by the token that decides it", () => {
  const [lead] = tokenizer.encode("€");
  const ids = [lead!, ...tokenizer.encode("a")];
  expect(reveal(ids, [0, 1])).toEqual(["", "\uFFFDa"]);
  expect(reveal(ids, [1, 0])).toEqual(["\uFFFD", "a"]);
  expect(reveal([lead!, end], [0, 1], "")).toEqual(["", "\uFFFD"]);
});
