import { expect, test } from "vitest";
import { planPasses } from "./passes.ts";

const mask = 9;
const options = { maskId: mask, timeConditioning: false, maxPositions: 8 };
const grid = (...rows: number[][]) => Int32Array.from(rows.flat());

test("sequences that nobody asks about are left out, the others grouped by room", () => {
  const tokens = grid([1, 9, 9, 2], [9, 9, 3, 3], [1, 2, 3, 4], [9, 5, 9, 5]);
  const passes = planPasses({ tokens, batch: 4, length: 4, rows: Int32Array.of(14, 1, 4, 2) }, options);
  expect(passes).toEqual([
    {
      tokens: grid([1, 9, 9, 2], [9, 9, 3, 3]),
      batch: 2,
      length: 4,
      rows: Int32Array.of(1, 2, 4),
      places: Int32Array.of(1, 3, 2),
    },
    { tokens: grid([9, 5, 9, 5]), batch: 1, length: 4, rows: Int32Array.of(2), places: Int32Array.of(0) },
  ]);
});

test("all sequences of masks alone share one pass over one mask", () => {
  const tokens = grid([9, 9, 9], [9, 1, 9], [9, 9, 9]);
  const [masks, rest] = planPasses({ tokens, batch: 3, length: 3, rows: Int32Array.of(8, 0, 3) }, options);
  expect(masks).toEqual({
    tokens: Int32Array.of(9),
    batch: 1,
    length: 1,
    rows: Int32Array.of(0, 0),
    places: Int32Array.of(1, 0),
  });
  expect(rest).toMatchObject({ rows: Int32Array.of(0), places: Int32Array.of(2) });
});

test("a model that is told the noise level sees masks as any other text", () => {
  const sigma = Float32Array.of(0.1, 0.2);
  const request = { tokens: grid([9, 9], [9, 9]), batch: 2, length: 2, rows: Int32Array.of(3), sigma };
  expect(planPasses(request, { ...options, timeConditioning: true })).toEqual([
    {
      tokens: grid([9, 9]),
      batch: 1,
      length: 2,
      rows: Int32Array.of(1),
      places: Int32Array.of(0),
      sigma: Float32Array.of(Math.fround(0.2)),
    },
  ]);
});
