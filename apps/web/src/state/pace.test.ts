import * as fc from "fast-check";
import { expect, test } from "vitest";
import { paceOf } from "./pace.ts";
import { ranges } from "./settings.ts";

test("any number of steps takes between one and six seconds, in changes that can be seen", () => {
  const [min, max] = ranges.steps;
  fc.assert(
    fc.property(fc.integer({ min, max }), (steps) => {
      const { beat, stride } = paceOf(steps);
      expect(Number.isInteger(stride)).toBe(true);
      expect(beat).toBeGreaterThanOrEqual(40);
      const seconds = (Math.ceil(steps / stride) * beat) / 1000;
      expect(seconds).toBeGreaterThanOrEqual(0.999);
      expect(seconds).toBeLessThanOrEqual(6.1);
    }),
    { seed: 6 },
  );
});

test("few steps are shown one by one", () => {
  expect([1, 8, 16].map((steps) => paceOf(steps))).toEqual([
    { beat: 1000, stride: 1 },
    { beat: 343.75, stride: 1 },
    { beat: 296.875, stride: 1 },
  ]);
});
