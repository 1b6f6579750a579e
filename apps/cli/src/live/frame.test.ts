import { createTokenizer, trainBytePairEncoding } from "@sdtt/tokenizer";
import { expect, test } from "vitest";
import { renderFrame } from "./frame.ts";

/** Bytes and the end of a text. */
const tokenizer = createTokenizer(await trainBytePairEncoding({ texts: [], vocabSize: 257 }));
const { maskId, endOfTextId } = tokenizer;

function frame(tokens: readonly number[], fresh: readonly number[] = []): string {
  const revealed = fresh.map((position) => ({ sample: 0, position, id: tokens[position]!, logProb: 0 }));
  const options = { tokenizer, status: "status", columns: 80, rows: 24, color: false };
  return renderFrame({ ...options, tokens: Int32Array.from(tokens), revealed });
}

test("a character of several tokens is whole or not there, whatever step its parts are from", () => {
  const quote = [...tokenizer.encode("a“b")];
  expect(frame(quote, [2])).toBe("a“b\n\nstatus");
  expect(frame(quote.with(3, maskId))).toBe("a ░░░b\n\nstatus");
});

test("an end of text is an empty line, and nothing where the text begins", () => {
  const text = [endOfTextId!, ...tokenizer.encode("One."), endOfTextId!, ...tokenizer.encode("Two.")];
  expect(frame(text)).toBe("One.\n\nTwo.\n\nstatus");
});
