import * as fc from "fast-check";
import { expect, test } from "vitest";
import { detokenizers } from "./detokenizers.ts";
import type { DetokenizerName } from "./detokenizers.ts";
import { strip, tightenPairs, whiteSpace } from "./replacements.ts";

/** What the functions of MDLM's `dataloader.py` give for these, under Python 3.12. */
const cases: [name: DetokenizerName, text: string, expected: string][] = [
  [
    "wikitext",
    ' = Robert <unk> = \n The 12 @-@ year @-@ old had 1 @,@ 000 . He said : " No , not ( I ) " ; it \'s 20 \u00b0 C \n',
    ' = Robert <unk> =\nThe 12-year-old had 1,000. He said: "No, not (I)"; it\'s 20\u00b0C\n',
  ],
  [
    "wikitext",
    "the boys ' dogs [ 3 ] and { 4 } = = = = Title = = = =",
    "the boys' dogs [3] and {4} ==== Title ====",
  ],
  ["wikitext", "a /' 3/ b N c", "a /'[0-9]/ b 1 c"],
  ["wikitext", "' a ' b ' c", "'a' b ' c"],
  [
    "ptb",
    "mr. <unk> 's firm does n't pay $ N N N million or N\\/N \n the boys ' # N bill",
    "mr. ?'s firm doesn't pay $1 1 1 million or N/N\nthe boys' #1 bill",
  ],
  ["ptb", " N N N N N N N N N N N N ", " 1 1 1 1 1 1 1 1 1 1 1 1 "],
  [
    "lm1b",
    '" I do n\'t know , " he said ; see http : / / a.org / b .',
    '"I do n\'t know," he said; see http://a.org/b.',
  ],
  [
    "lm1b",
    "Is it ' so ' ? Yes ! He 's 5 ( or 6 ) [ sic ] : $ 5 and \u00a3 6 .",
    "Is it 'so'? Yes! He's 5 (or 6) [sic]: $5 and \u00a36.",
  ],
  ["lm1b", "Zo\u00eb 's \u00e9t\u00e9 . \u0301x . end .\n", "Zo\u00eb's \u00e9t\u00e9. \u0301x . end.\n"],
  ["lm1b", "Why ?\n", "Why?\n"],
  ["lambada", " \u201c Yes , \u201d he said .  ", '\n" Yes , " he said .'],
  ["lambada", "\ufeffno\n", "\n\ufeffno"],
  [
    "scientific_papers",
    'we show ( see fig . @xmath0 ) that " it " holds , e.g. [ 1 ] : a / b .\nnext \'s N line ?',
    'we show (see fig. @xmath0) that "it" holds, e.g. [1]: a/b .\nnext\'s 1 line?',
  ],
];

test.each(cases)("%s: %j", (name, text, expected) => {
  expect(detokenizers[name](text)).toBe(expected);
});

test("pairs are tightened as the pattern does it", () => {
  const marks: [string, string][] = [
    ["(", ")"],
    ["[", "]"],
    ['"', '"'],
    ["'", "'"],
  ];
  const text = fc.array(
    fc.constantFrom("(", ")", "[", "]", '"', "'", " ", "\n", "\u00a0", "\ufeff", "\x1c", "a", "bc"),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(text, fc.constantFrom(...marks), (parts, [open, close]) => {
      const slow = new RegExp(`\\${open}[${whiteSpace}]*([^\\${close}]*?)[${whiteSpace}]*\\${close}`, "g");
      const joined = parts.join("");
      expect(tightenPairs(open, close)(joined)).toBe(joined.replace(slow, `${open}$1${close}`));
    }),
  );
});

test("long texts of open pairs and white space take no time to speak of", () => {
  const hostile = [
    "(".repeat(200_000),
    `( ${" ".repeat(200_000)}`,
    `" ${"a ".repeat(100_000)}`,
    "' ".repeat(100_001),
  ];
  for (const text of hostile) {
    for (const detokenize of Object.values(detokenizers)) expect(detokenize(text).length).toBeGreaterThan(0);
  }
});

test("white space is what Python strips", () => {
  expect(strip(" \t\x1c\x85\u3000a b\u00a0\n")).toBe("a b");
  expect(strip("\ufeffa\u200b")).toBe("\ufeffa\u200b");
  expect(strip(" \n ")).toBe("");
});
