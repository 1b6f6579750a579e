import { createStream, elementCount } from "@sdtt/core";
import { expect, test } from "vitest";
import { malformedTorchFile } from "./malformed.ts";
import { gatherRowMajor, swapByteOrder } from "./row-major.ts";
import { isContiguous, tensorSpan, torchTensor } from "./tensor.ts";
import type { TorchStorage, TorchTensor } from "./tensor.ts";

const storage = (length: number): TorchStorage => ({ kind: "storage", key: "7", dtype: "int32", length });
const make = (length: number, offset: unknown, shape: unknown, strides: unknown): TorchTensor =>
  torchTensor(storage(length), { offset, shape, strides }, malformedTorchFile("x.pt"));

const dimensions = (rank: number, value: number): number[] => Array.from({ length: rank }, () => value);

/** The slow twin: the index of every element from its coordinates. */
function gatherByCoordinates(values: Int32Array, { shape, strides }: TorchTensor): Int32Array {
  return Int32Array.from({ length: elementCount(shape) }, (_, i) => {
    let [rest, at] = [i, 0];
    for (let d = shape.length - 1; d >= 0; d--) {
      at += (rest % shape[d]!) * strides[d]!;
      rest = Math.floor(rest / shape[d]!);
    }
    return values[at]!;
  });
}

test("strided views are gathered as their coordinates say, and contiguous ones are known", () => {
  const stream = createStream(1);
  let contiguous = 0;
  for (let i = 0; i < 500; i++) {
    let draws = 0;
    const below = (bound: number): number => Math.floor(stream.child(i).uniform(draws++) * bound);
    const shape = Array.from({ length: below(5) }, () => below(5));
    // Row-major strides, some of them changed.
    const strides = shape.map((_, d) => elementCount(shape.slice(d + 1)));
    for (let edits = below(3); edits > 0 && shape.length > 0; edits--)
      strides[below(shape.length)] = below(7);
    const tensor = make(10_000, 0, shape, strides);
    const values = Int32Array.from({ length: tensorSpan(tensor) }, (_, at) => at);
    const gathered = new Int32Array(gatherRowMajor(new Uint8Array(values.buffer), tensor).buffer);
    expect(gathered).toEqual(gatherByCoordinates(values, tensor));
    // Contiguous is what gathering leaves as it is.
    const isUnchanged = gathered.length === values.length && gathered.every((value, at) => value === at);
    expect(isContiguous(tensor)).toBe(isUnchanged);
    if (isUnchanged) contiguous++;
  }
  expect(contiguous).toBeGreaterThan(50);
  expect(contiguous).toBeLessThan(450);
});

test.each([
  [1, [1, 2, 3, 4, 5, 6, 7, 8]],
  [2, [2, 1, 4, 3, 6, 5, 8, 7]],
  [4, [4, 3, 2, 1, 8, 7, 6, 5]],
  [8, [8, 7, 6, 5, 4, 3, 2, 1]],
])("the byte order of elements of %d bytes is swapped", (size, swapped) => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  swapByteOrder(bytes, size);
  expect([...bytes]).toEqual(swapped);
});

test.each<[view: string, length: number, offset: unknown, shape: unknown, strides: unknown]>([
  ["the whole storage", 6, 0, [2, 3], [3, 1]],
  ["its transpose", 6, 0, [3, 2], [1, 3]],
  ["its last element", 6, 5, [], []],
  ["nothing, at its end", 6, 6, [0, 2 ** 50], [1, 1]],
  ["one element repeated up to the bound", 1, 0, [2 ** 22], [0]],
  ["a dimension of one, whatever its stride", 6, 0, [1, 6], [2 ** 52, 1]],
])("a view may be %s", (_view, length, offset, shape, strides) => {
  expect(make(length, offset, shape, strides)).toMatchObject({ offset, shape, strides, dtype: "int32" });
});

test.each<[view: string, message: RegExp, length: number, offset: unknown, shape: unknown, strides: unknown]>(
  [
    ["one element past the end", /to element 7 of storage "7", which has 6/, 6, 1, [2, 3], [3, 1]],
    ["a stride past the end", /to element 9 of/, 6, 0, [2, 3], [6, 1]],
    ["a scalar past the end", /to element 7 of/, 6, 6, [], []],
    ["nothing, past the end", /to element 7 of/, 6, 7, [0], [1]],
    [
      "an element that cannot be counted to",
      /to element 2\.0\d+e\+31 of/,
      6,
      0,
      [2 ** 52, 2 ** 52],
      [2 ** 52, 1],
    ],
    [
      "an infinity of elements",
      /shape \[4503599627370496, .* and 58 more\] repeats/,
      6,
      0,
      dimensions(64, 2 ** 52),
      dimensions(64, 0),
    ],
    [
      "a huge expansion",
      /repeats the 1 elements of storage "7" past 16777216 bytes/,
      1,
      0,
      [2 ** 22 + 1],
      [0],
    ],
    ["an uncountable expansion", /repeats/, 1, 0, [2 ** 40, 2 ** 40], [0, 0]],
    ["a negative offset", /no valid offset, shape and strides/, 6, -1, [1], [1]],
    ["a fraction", /no valid/, 6, 0, [1.5], [1]],
    ["a negative stride", /no valid/, 6, 5, [2], [-1]],
    ["a number past 2^53", /no valid/, 6, 0, [2n ** 53n], [0]],
    ["fewer strides than sizes", /no valid/, 6, 0, [1, 2], [1]],
    [
      "65 dimensions",
      /at most 64 dimensions/,
      6,
      0,
      Array.from({ length: 65 }, () => 1),
      Array.from({ length: 65 }, () => 1),
    ],
    ["no shape", /no valid/, 6, 0, null, [1]],
  ],
)("a view may not be %s", (_view, message, length, offset, shape, strides) => {
  expect(() => make(length, offset, shape, strides)).toThrow(message);
});
