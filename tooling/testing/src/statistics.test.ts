import { expect, test } from "vitest";
import { chiSquaredPValue, upperIncompleteGamma } from "./statistics.ts";

test("the incomplete gamma function equals its closed forms", () => {
  for (const x of [0.1, 1, 3, 10, 40]) {
    expect(upperIncompleteGamma(1, x)).toBeCloseTo(Math.exp(-x), 10);
    expect(upperIncompleteGamma(3, x)).toBeCloseTo(Math.exp(-x) * (1 + x + x ** 2 / 2), 10);
  }
  expect(upperIncompleteGamma(0.5, 3.841458820694124 / 2)).toBeCloseTo(0.05, 10);
});

test("the chi-squared test accepts a fit, refuses a misfit and an impossible outcome", () => {
  expect(chiSquaredPValue([98, 102, 100], [100, 100, 100])).toBeGreaterThan(0.9);
  expect(chiSquaredPValue([140, 60, 100], [100, 100, 100])).toBeLessThan(1e-6);
  expect(chiSquaredPValue([99, 100, 1], [100, 100, 0])).toBe(0);
});
