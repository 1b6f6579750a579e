import { readFileSync } from "node:fs";
import { fixturePath } from "@sdtt/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { loadGpt2Tokenizer } from "./load.ts";

const gpt2 = await loadGpt2Tokenizer();

test("the vocabulary is GPT-2's, and the mask comes after it", () => {
  expect(gpt2).toMatchObject({ vocabSize: 50257, maskId: 50257, endOfTextId: 50256 });
});

test("awkward strings are encoded and decoded exactly as the reference does", () => {
  const cases = JSON.parse(readFileSync(fixturePath("tokenizer_gpt2.json"), "utf8")) as Reference[];
  expect(cases.length).toBeGreaterThan(50);
  for (const wanted of cases) {
    const { name, text } = wanted;
    expect({ name, text, ids: [...gpt2.encode(text)], decoded: gpt2.decode(wanted.ids) }).toEqual(wanted);
  }
});

test("fuzzed strings are encoded as a slow twin does", () => {
  const fragment = fc.oneof(
    fc.string({ unit: "binary", maxLength: 8 }),
    fc.constantFrom(
      " ",
      "  ",
      "\n",
      "\t ",
      "'ll",
      "'s",
      "\u0085",
      "\ufeff",
      "\u3000",
      "7",
      "½",
      "é",
      "e\u0301",
      "😀",
    ),
    fc.constantFrom(" the", "Denoising", " teacher", "aaaaaaaaaaaaaaaa", " antidisestablishmentarianism"),
  );
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 12 }), (fragments) => {
      const text = fragments.join("");
      expect([...gpt2.encode(text)]).toEqual(slowEncode(text));
      expect(gpt2.decode(gpt2.encode(text))).toBe(text);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test.each(["a", " ", "\n", "é", "世", "!?", "😀"])("a long run of %j ends, and comes back", (unit) => {
  const text = unit.repeat(100_000);
  expect(gpt2.decode(gpt2.encode(text)) === text).toBe(true);
});

/** Past what a regular-expression engine's stack can take. */
const long = 4_300_000;

test.each(["中", "a"])("a word of 4.3 million %j beside another letter comes back", (unit) => {
  const text = `${unit.repeat(long)}世`;
  expect(gpt2.decode(gpt2.encode(text)) === text).toBe(true);
});

test("a long run has the tokens of its pieces as a slow twin cuts them", () => {
  const text = `${"a".repeat(700)}é${"中".repeat(200)}${" ".repeat(300)}x`;
  expect([...gpt2.encode(text)]).toEqual(slowEncode(text));
});

test("a lone surrogate is read as U+FFFD", () => {
  expect(gpt2.encode("a\ud800b")).toEqual(gpt2.encode("a\ufffdb"));
});

interface Reference {
  name: string;
  text: string;
  ids: number[];
  decoded: string;
}

/** As tiktoken puts it: join the neighbours whose bytes together have the lowest id, until none do. */
function slowEncode(text: string): number[] {
  return slowPieces(Array.from(text)).flatMap((piece) => {
    const parts = Array.from(Buffer.from(piece), (byte) => String.fromCharCode(byte));
    for (;;) {
      const ranks = parts.slice(1).map((right, i) => idOfBytes.get(parts[i]! + right) ?? Infinity);
      const best = Math.min(...ranks);
      if (best === Infinity) return parts.map((part) => idOfBytes.get(part)!);
      const at = ranks.indexOf(best);
      parts.splice(at, 2, parts[at]! + parts[at + 1]!);
    }
  });
}

const idOfBytes = new Map(
  Array.from({ length: 50256 }, (_, id) => [String.fromCharCode(...gpt2.tokenBytes(id)), id]),
);

/** GPT-2's pattern, walked by hand: contractions, then runs of letters, digits or others with a space before, then spaces. */
function slowPieces(characters: readonly string[]): string[] {
  const kindAt = (i: number): string | undefined => {
    const character = characters[i];
    if (character === undefined) return undefined;
    return (
      ["L", "N", "White_Space"].find((kind) => new RegExp(`\\p{${kind}}`, "u").test(character)) ?? "other"
    );
  };
  const pieces: string[] = [];
  for (let start = 0; start < characters.length;) {
    const rest = characters.slice(start, start + 3).join("");
    const contraction = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"].find((ending) =>
      rest.startsWith(ending),
    );
    let end = start;
    if (contraction !== undefined) {
      end += contraction.length;
    } else {
      if (characters[start] === " " && (kindAt(start + 1) ?? "White_Space") !== "White_Space") end++;
      const kind = kindAt(end);
      while (kindAt(end) === kind) end++;
      // White space leaves its last character to what comes after it.
      if (kind === "White_Space" && end < characters.length && end - start > 1) end--;
    }
    pieces.push(characters.slice(start, end).join(""));
    start = end;
  }
  return pieces;
}
