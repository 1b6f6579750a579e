import { expect, test } from "vitest";
import { firstNotFinite } from "./finite.ts";

test.each([Number.NaN, Infinity, -Infinity])("finds %d wherever it is", (value) => {
  for (const place of [0, 3, 6]) {
    expect(firstNotFinite(new Float32Array(7).fill(-1e38).with(place, value))).toBe(place);
  }
  expect(firstNotFinite([1, value, value])).toBe(1);
});

test("finds nothing among finite numbers, zeros and no numbers", () => {
  expect(firstNotFinite(Float32Array.of(3.4e38, -3.4e38, 0, -0, 1e-45))).toBe(-1);
  expect(firstNotFinite([])).toBe(-1);
});
