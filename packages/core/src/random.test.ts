import { expect, test } from "vitest";
import { createStream, philox4x32 } from "./random.ts";

test("philox4x32-10 gives the known answers of Random123", () => {
  const out = new Uint32Array(4);
  philox4x32(out, 0, 0, 0, 0, 0, 0);
  expect([...out]).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  const ones = 0xffffffff;
  philox4x32(out, ones, ones, ones, ones, ones, ones);
  expect([...out]).toEqual([0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
  philox4x32(out, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0);
  expect([...out]).toEqual([0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]);
});

test("a stream is a pure function of seed, path and index", () => {
  const stream = createStream(7).child("reveal").child(3);
  const later = stream.uniform(1000);
  expect(stream.uniform(0)).toBe(createStream(7).child("reveal").child(3).uniform(0));
  expect(stream.uniform(1000)).toBe(later);
});

test("seeds, labels and indices past 32 bits all matter", () => {
  const values = [
    createStream(1).uniform(0),
    createStream(1 + 2 ** 32).uniform(0),
    createStream(1).uniform(2 ** 32),
    createStream(1).child(1).uniform(0),
    createStream(1).child("1").uniform(0),
    createStream(1).child("#1").uniform(0),
  ];
  expect(new Set(values).size).toBe(values.length);
});

test("uniforms lie strictly inside (0, 1) and have the moments of the uniform distribution", () => {
  const stream = createStream(2024);
  const n = 200_000;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < n; i++) {
    const u = stream.uniform(i);
    if (!(u > 0 && u < 1)) throw new Error(`uniform ${i} is ${u}`);
    sum += u;
    squares += u * u;
  }
  expect(Math.abs(sum / n - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
  expect(Math.abs(squares / n - 1 / 3)).toBeLessThan(5 * Math.sqrt(4 / 45 / n));
});

test("a seed that is not a safe non-negative integer is refused", () => {
  for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => createStream(seed)).toThrow(RangeError);
});
