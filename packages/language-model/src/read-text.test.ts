import { loadGpt2Tokenizer } from "@sdtt/tokenizer";
import { expect, test } from "vitest";
import { findEnd, readText } from "./read-text.ts";

const tokenizer = await loadGpt2Tokenizer();
const end = tokenizer.endOfTextId!;

test("documents are parted by an empty line, and no end of text is written out", () => {
  const cases: [raw: string, shown: string][] = [
    ["One. Two.", "One. Two."],
    ["<|endoftext|>One.<|endoftext|>Two.<|endoftext|>", "One.\n\nTwo."],
    ["<|endoftext|><|endoftext|>", ""],
    ["One.<|endoftext|><|endoftext|>“Two”", "One.\n\n“Two”"],
    ["", ""],
  ];
  for (const [raw, shown] of cases) expect(readText(tokenizer.encode(raw), tokenizer)).toBe(shown);
});

test("half a character before the end of a text does not join with what follows it", () => {
  const [first, second] = tokenizer.encode("“");
  expect(readText(Int32Array.of(first!, end, second!), tokenizer)).toBe("\uFFFD\n\n\uFFFD");
});

test("a text ends at the first end of text from where it may", () => {
  const ids = tokenizer.encode("<|endoftext|>It<|endoftext|>was<|endoftext|>");
  expect([undefined, 0, 1, 2, 3, 5].map((from) => findEnd(ids, tokenizer, from))).toEqual([5, 0, 2, 2, 4, 5]);
});
