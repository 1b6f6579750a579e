import { expect, test } from "vitest";
import { int64Tensor } from "./int64.ts";

test("64-bit integers are the 32-bit ones, sign included", () => {
  const values = [0, 1, -1, 50_257, 2 ** 31 - 1, -(2 ** 31)];
  const { shape, data } = int64Tensor([2, 3], Int32Array.from(values));
  expect(shape).toEqual([2, 3]);
  expect(data).toEqual(BigInt64Array.from(values, BigInt));
});
