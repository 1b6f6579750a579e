import * as fc from "fast-check";
import { expect, test } from "vitest";
import { writeTokenizerJson } from "./tokenizer-json/write.ts";
import { createTokenizer } from "./tokenizer.ts";

const tokenizer = createTokenizer(writeTokenizerJson([], ["<|endoftext|>"]));
const { maskId } = tokenizer;
const text = "a\ufeffé世😀<|endoftext|>\ufeff👩‍👧";

test("the parts of every split in two join to the whole", () => {
  const ids = tokenizer.encode(text);
  for (let split = 0; split <= ids.length; split++) {
    const decoder = tokenizer.createDecoder();
    const parts = [decoder.push(ids.subarray(0, split)), decoder.push(ids.subarray(split)), decoder.flush()];
    expect(parts.join("")).toBe(text);
    expect(parts.every((part) => part.isWellFormed() && !part.includes("\ufffd"))).toBe(true);
  }
});

test("any ids in any parts stream to what they decode to, and decoders do not meet", () => {
  const anyIds = fc.array(fc.oneof(fc.nat(maskId), fc.constantFrom(...tokenizer.encode(text))));
  const anyOptions = fc.constantFrom({}, { mask: "" }, { mask: "é", specialTokens: "drop" } as const);
  const bystander = tokenizer.createDecoder();
  fc.assert(
    fc.property(fc.array(anyIds), anyOptions, (parts, options) => {
      const decoder = tokenizer.createDecoder(options);
      let streamed = "";
      for (const part of parts) {
        bystander.push(tokenizer.encode("世").subarray(0, 2));
        streamed += decoder.push(part);
      }
      expect(streamed + decoder.flush()).toBe(tokenizer.decode(parts.flat(), options));
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("a decoder starts over after flush, and counts positions over all pushes", () => {
  const decoder = tokenizer.createDecoder();
  const [first] = tokenizer.encode("世");
  expect(decoder.push([first!])).toBe("");
  expect(decoder.flush()).toBe("\ufffd");
  expect(decoder.push(tokenizer.encode("ab"))).toBe("ab");
  expect(() => decoder.push([maskId + 1])).toThrow("at position 2");
});
