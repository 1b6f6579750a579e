import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createPattern } from "./pattern.ts";
import { UnreadablePattern } from "./unreadable-pattern.ts";

/** Made by `fixtures/make-pattern-oracle.py` with Oniguruma. */
const oracle = JSON.parse(
  readFileSync(new URL("../../fixtures/pattern-oracle.json", import.meta.url), "utf8"),
) as Oracle;

test.each(oracle.published)("a published tokenizer's pattern matches as in Oniguruma: $pattern", (wanted) => {
  expect(cutsOf(wanted)).toEqual(wanted.cuts);
});

test("every construct matches as in Oniguruma, or is refused", () => {
  const refused = oracle.constructs.filter((wanted) => {
    if (refusalOf(wanted.pattern) !== undefined) return true;
    expect({ pattern: wanted.pattern, cuts: cutsOf(wanted) }).toEqual(wanted);
    return false;
  });
  const invalid = oracle.constructs.filter((wanted) => wanted.cuts === undefined);
  expect(refused).toEqual(expect.arrayContaining(invalid));
  expect(refused).toHaveLength(invalid.length + 39);
});

test("random patterns match as in Oniguruma", () => {
  for (const wanted of oracle.fuzzed) {
    expect({ pattern: wanted.pattern, cuts: cutsOf(wanted) }).toEqual(wanted);
  }
});

test.each(oracle.sets)("$pattern has the characters that it has in Oniguruma", ({ pattern, matched }) => {
  const found: string[] = [];
  createPattern(pattern)(oracle.sample, (start, end) => found.push(oracle.sample.slice(start, end)));
  expect(found.join("")).toBe(matched);
});

test.each([
  [String.raw`a\Kb`, String.raw`\K (keep) is not available`],
  [String.raw`(a)\1`, "a backreference (to group 1) is not available"],
  [String.raw`(?<n>a)\g<n>`, String.raw`a subexpression call (\g<n>) is not available`],
  [String.raw`\X`, String.raw`\X (text segment) is not available`],
  [String.raw`\y`, String.raw`\y (text segment boundary) is not available`],
  ["(?~ab)", "an absence operator (?~...) is not available"],
  ["(*FAIL)", "a callout (*FAIL) is not available"],
  ["(?<=a+)b", "a lookbehind of varying length is not available"],
  ["a(?i)b|c", "an option such as (?i) inside one of several alternatives is not available"],
  ["(?i:ss)", '(?i) over "ss", which matches ß too, is not available'],
  ["(?i:[^a])", "(?i) over a class of more than characters and ranges is not available"],
  [String.raw`\p{InBasicLatin}`, String.raw`\p{In_Basic_Latin} is not available`],
  [String.raw`\p{Foo}`, "Foo"],
  ["(?:ab){9}{9}{9}{9}{9}", "it repeats groups too often"],
  ["(a", "Unclosed group"],
  ["(?i)ss(?-i)x", '(?i) over "ss"'],
  ["a".repeat(5000), "it has 5000 characters; expected at most 4096"],
])("%s is refused in words that name the construct", (pattern, words) => {
  expect(refusalOf(pattern)).toContain(words);
});

test("short texts are cut as JavaScript's engine cuts them", () => {
  const gpt2 = createPattern(
    String.raw`'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`,
  );
  const twin =
    /'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;
  const unit = fc.constantFrom("'", "s", "l", "é", "中", "😀", "7", " ", "\n", "\u0085", "\ufeff", "!");
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 30 }), (text) => {
      const found: string[] = [];
      gpt2(text, (start, end) => found.push(text.slice(start, end)));
      expect(found).toEqual(text.match(twin) ?? []);
    }),
    { seed: 1, numRuns: 1000 },
  );
});

const long = 4_300_000;

test.each<[pattern: string, text: string, ends: number[]]>([
  [String.raw`\p{L}+`, "中".repeat(long), [long]],
  [String.raw`\p{L}+`, `${"a".repeat(long)}中`, [long + 1]],
  [String.raw`\S+`, "😀".repeat(long), [2 * long]],
  [String.raw`\s+(?!\S)|\s+`, `${" ".repeat(long)}a`, [long - 1, long]],
  [String.raw`\s*[\r\n]|\s+`, " ".repeat(long), [long]],
  [String.raw`(?:ab)+`, "ab".repeat(long / 2), [long]],
  [String.raw`(?:a|b)*?c`, `${"ab".repeat(long / 2)}c`, [long + 1]],
  [String.raw`(?>[^b]+)b`, `${"a".repeat(long)}b`, [long + 1]],
])("a run of 4.3 million characters does not end the matching: %s", (pattern, text, ends) => {
  const found: number[] = [];
  createPattern(pattern)(text, (_, end) => found.push(end));
  expect(found).toEqual(ends);
});

interface Oracle {
  sample: string;
  published: Case[];
  constructs: Case[];
  fuzzed: Case[];
  sets: { pattern: string; matched: string }[];
}

interface Case {
  pattern: string;
  cuts?: { text: string; pieces: [text: string, isMatch: boolean][] }[];
  refused?: string;
}

/** The pieces that the matches cut each text into. */
function cutsOf({ pattern, cuts }: Case): Case["cuts"] {
  const find = createPattern(pattern);
  return cuts?.map(({ text }) => {
    const pieces: [string, boolean][] = [];
    let done = 0;
    find(text, (start, end) => {
      if (start > done) pieces.push([text.slice(done, start), false]);
      if (end > start) pieces.push([text.slice(start, end), true]);
      done = end;
    });
    if (done < text.length) pieces.push([text.slice(done), false]);
    return { text, pieces };
  });
}

function refusalOf(pattern: string): string | undefined {
  try {
    createPattern(pattern);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadablePattern);
    return (error as UnreadablePattern).message;
  }
}
