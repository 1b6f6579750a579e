import * as fc from "fast-check";
import { expect, test } from "vitest";
import { hasGaps, splitGaps } from "./gaps.ts";
import { correct, findNearMiss } from "./near-miss.ts";

test.each([
  ["The <mask:4 sat.", "<mask:4", "The <mask:4> sat."],
  ["The <mask", "<mask", "The <mask>"],
  ["The <mask sat.", "<mask", "The <mask> sat."],
  ["The <mask:> sat.", "<mask:>", "The <mask> sat."],
  ["The <mask:0> sat.", "<mask:0>", "The <mask> sat."],
  ["The <MASK:2> sat.", "<MASK:2>", "The <mask:2> sat."],
  ["The <Mask> sat.", "<Mask>", "The <mask> sat."],
  ["The <mask: 3 > sat.", "<mask: 3 >", "The <mask:3> sat."],
  ["The <mask 3> sat.", "<mask 3>", "The <mask:3> sat."],
  ["The <mask-3> sat.", "<mask-3>", "The <mask:3> sat."],
  ["The [MASK] sat.", "[MASK]", "The <mask> sat."],
  ["The {mask:2} sat.", "{mask:2}", "The <mask:2> sat."],
  ["The <mask:2> and <mask:3 sat.", "<mask:3", "The <mask:2> and <mask:3> sat."],
])("%s", (text, miss, corrected) => {
  const found = findNearMiss(text)!;
  expect(found.text).toBe(miss);
  expect(correct(text, found)).toBe(corrected);
  expect(findNearMiss(corrected)).toBeUndefined();
});

test.each(["It was", "The <mask:4> sat on the <mask>.", "a < mark", "<masked> men wear a mask", "[sic] {x}"])(
  "nothing is wrong with: %s",
  (text) => expect(findNearMiss(text)).toBeUndefined(),
);

test("a gap is never taken for a miss, and what is corrected is a gap", () => {
  const part = fc.oneof(
    fc.constantFrom("<mask>", "<mask:3>", "<mask:0>", "<mask:", "<MASK", "[mask", ":4>", " "),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.join("");
      const miss = findNearMiss(text);
      if (!miss) return;
      expect(text.slice(miss.index, miss.index + miss.text.length)).toBe(miss.text);
      const within = splitGaps(miss.text);
      expect(within.some((s) => s.kind === "gap" && s.width > 0 && s.text === miss.text)).toBe(false);
      expect(hasGaps(correct(text, miss))).toBe(true);
    }),
    { seed: 8 },
  );
});
