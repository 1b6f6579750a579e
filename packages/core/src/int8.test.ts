import { expect, test } from "vitest";
import { fromInt8, toInt8 } from "./int8.ts";
import { createStream } from "./random.ts";
import { tensor } from "./tensor.ts";

test("a row's largest value is 127 of its scale, and no value is off by more than half a scale", () => {
  const [rows, columns] = [7, 33];
  const stream = createStream(1);
  const exact = Float32Array.from(
    { length: rows * columns },
    (_, i) => (2 * stream.uniform(i) - 1) * 10 ** -Math.floor(i / columns),
  );
  const { values, scale } = toInt8(tensor("float32", [rows, columns], exact));
  expect(scale.shape).toEqual([rows, 1]);
  const wide = fromInt8(values, scale);
  for (let row = 0; row < rows; row++) {
    const ids = values.data.subarray(row * columns, (row + 1) * columns);
    expect(Math.max(...ids.map(Math.abs))).toBe(127);
    for (let i = row * columns; i < (row + 1) * columns; i++) {
      expect(Math.abs(wide.data[i]! - exact[i]!)).toBeLessThanOrEqual(scale.data[row]! * 0.500001);
    }
  }
  // What has been rounded once stays as it is.
  expect(toInt8(wide).values.data).toEqual(values.data);
});

test("zeros stay zeros, in a row of nothing else too", () => {
  const { values, scale } = toInt8(tensor("float32", [2, 2], Float32Array.of(0, 0, 0, 3)));
  expect([...values.data]).toEqual([0, 0, 0, 127]);
  expect([...fromInt8(values, scale).data]).toEqual([0, 0, 0, 3]);
});

test("takes matrices alone", () => {
  expect(() => toInt8(tensor("float32", [2], Float32Array.of(1, 2)))).toThrow(
    /\[rows, columns\]; got a tensor \[2\]/,
  );
});
