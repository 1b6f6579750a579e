import { expect, test } from "vitest";
import { formatBytes, formatCount, formatDigits, formatSeconds, plural } from "./units.ts";

test("bytes and counts have three digits", () => {
  const cases = [0, 999, 1000, 9994, 9996, 12_345, 999_400, 999_600, 677_670_600, 3_452_632_392];
  expect(cases.map(formatBytes)).toEqual([
    "0 bytes",
    "999 bytes",
    "1.00 kB",
    "9.99 kB",
    "10.0 kB",
    "12.3 kB",
    "999 kB",
    "1.00 MB",
    "678 MB",
    "3.45 GB",
  ]);
  expect([96, 169_417_650, 1_020_000_000].map(formatCount)).toEqual(["96", "169 M", "1.02 G"]);
});

test("times are rounded to what one would say", () => {
  expect([0, 0.2, 7, 99.4, 99.6, 3000, 90_000].map(formatSeconds)).toEqual([
    "0 s",
    "1 s",
    "7 s",
    "100 s",
    "2 min",
    "50 min",
    "25 h",
  ]);
});

test("digits are counted from the first that is not 0, and no power of ten is written", () => {
  const cases: [number, number][] = [
    [123_456, 4],
    [1.5, 3],
    [0.0123, 2],
    [-2, 2],
  ];
  expect(cases.map(([value, digits]) => formatDigits(value, digits))).toEqual([
    "123500",
    "1.50",
    "0.012",
    "-2.0",
  ]);
});

test("one is not many", () => {
  expect([
    plural(1, "pass", "passes"),
    plural(2, "pass", "passes"),
    plural(1, "step"),
    plural(0, "step"),
  ]).toEqual(["1 pass", "2 passes", "1 step", "0 steps"]);
});
