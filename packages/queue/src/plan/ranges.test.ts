import * as fc from "fast-check";
import { expect, test } from "vitest";
import { describeRange, missingRanges, splitRanges } from "./ranges.ts";

test("each missing text is in one range, in order, and no range is longer than asked", () => {
  const cases = fc.record({
    total: fc.nat(60),
    done: fc.uniqueArray(fc.nat(59)),
    size: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(
    fc.property(cases, ({ total, done, size }) => {
      const missing = missingRanges({ total, has: (text) => done.includes(text) });
      const ranges = splitRanges({ missing, size });
      const texts = ranges.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i));
      const expected = Array.from({ length: total }, (_, i) => i).filter((text) => !done.includes(text));
      expect(texts).toEqual(expected);
      expect(ranges.every(({ count }) => count >= 1 && count <= size)).toBe(true);
    }),
  );
});

test.each([0, -1, 1.5, Number.NaN])("refuses jobs of %d texts", (size) => {
  expect(() => splitRanges({ missing: [], size })).toThrow(/whole number of texts a job/);
});

test("is read as people count", () => {
  expect(describeRange({ first: 7, count: 1 })).toBe("text 7");
  expect(describeRange({ first: 16, count: 16 })).toBe("texts 16 to 31");
});
