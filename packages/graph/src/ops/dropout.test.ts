import { createStream, tensor } from "@sdtt/core";
import { evaluateProgram, gradientErrors } from "@sdtt/testing";
import { describe, expect, test } from "vitest";
import { dropout, input, range, serialize } from "../index.ts";
import { gradientProgram, lossOf, randomTensor } from "../testing/loss-of.ts";

/** One 32-bit word, mixed by SplitMix32's finalizer. */
function hash(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}

/** Whether an element stays, said plainly. */
function stays(at: { rate: number; seed: number; site: number; row: number; column: number }): boolean {
  const word = (index: number, purpose: number) => hash(index + hash(at.seed + 3 * at.site + purpose));
  const first = Math.imul(word(at.row, 0) ^ word(at.column, 2), 0x21f0aaad);
  return Math.imul(first ^ word(at.row, 1), 0x735a2d97) >= (at.rate - 0.5) * 2 ** 32;
}

const [count, width, rate] = [600, 256, 0.1];
const x = input("x", "float32", [count, width]);
const seed = input("seed", "int64", []);
const rows = range(count);
const program = serialize({
  outputs: {
    first: dropout(x, { rate, seed, rows, site: 0 }),
    second: dropout(x, { rate, seed, rows, site: 1 }),
  },
});

async function masks(seedValue: number): Promise<{ first: number[]; second: number[] }> {
  const feeds = {
    x: tensor("float32", [count, width], new Float32Array(count * width).fill(1)),
    seed: tensor("int64", [], BigInt64Array.of(BigInt(seedValue))),
  };
  const { first, second } = await evaluateProgram(program, feeds);
  return { first: Array.from(first!.data, Number), second: Array.from(second!.data, Number) };
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
/** Of two masks that are right independently of each other, within 5 standard deviations of none. */
function expectUncorrelated(a: readonly number[], b: readonly number[]): void {
  const correlation = mean(a.map((value, i) => (value - 1) * (b[i]! - 1))) / (rate / (1 - rate));
  expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(a.length));
}

describe("dropout", () => {
  test("keeps the elements that its words say, enlarged, and no more than their share", async () => {
    for (const seedValue of [0, 2 ** 32 - 1, 123_456_789]) {
      const { first, second } = await masks(seedValue);
      for (const [site, mask] of [first, second].entries()) {
        const wanted = Array.from({ length: mask.length }, (_, i) => {
          const [row, column] = [Math.floor(i / width), i % width];
          return stays({ rate, seed: seedValue, site, row, column }) ? Math.fround(1 / (1 - rate)) : 0;
        });
        expect(mask).toEqual(wanted);
        const share = mean(mask.map((value) => Number(value !== 0)));
        expect(Math.abs(share - 0.9)).toBeLessThan(5 * Math.sqrt(0.09 / mask.length));
      }
    }
  });

  test("the same seed has the same mask; another seed, site, row or column has one of its own", async () => {
    const [{ first, second }, again, other] = [await masks(7), await masks(7), await masks(8)];
    expect(again.first).toEqual(first);
    expectUncorrelated(first, second);
    expectUncorrelated(first, other.first);
    for (const shift of [1, 2, 16, 128, width, 2 * width, 128 * width]) {
      expectUncorrelated(first.slice(shift), first.slice(0, -shift));
    }
    // Where rows and columns were hashed apart and joined too simply, the corners of a rectangle would know each other.
    const corner = (i: number, row: number, column: number) =>
      Math.sign(first[((i + 64 * row) % count) * width + ((3 * i + 32 * column) % width)]! - 1);
    const products = Array.from(
      { length: count },
      (_, i) => corner(i, 0, 0) * corner(i, 0, 1) * corner(i, 1, 0) * corner(i, 1, 1),
    );
    expect(Math.abs(mean(products) - 0.8 ** 4)).toBeLessThan(5 / Math.sqrt(count));
  });

  test("a row has its mask wherever it lies", async () => {
    const chosen = [5, 599, 0, 5];
    const picked = serialize({
      outputs: {
        y: dropout(input("x", "float32", ["rows", width]), {
          rate,
          seed,
          site: 0,
          rows: input("rows", "int64", ["rows"]),
        }),
      },
    });
    const { y } = await evaluateProgram(picked, {
      x: tensor("float32", [4, width], new Float32Array(4 * width).fill(1)),
      rows: tensor("int64", [4], BigInt64Array.from(chosen, BigInt)),
      seed: tensor("int64", [], BigInt64Array.of(7n)),
    });
    const { first } = await masks(7);
    const wanted = chosen.flatMap((row) => first.slice(row * width, (row + 1) * width));
    expect(Array.from(y!.data, Number)).toEqual(wanted);
  });

  test("the gradient passes through the same mask", async () => {
    const a = input("a", "float64", [7, 5]);
    const loss = lossOf(dropout(a, { rate: 0.4, seed, rows: range(7), site: 2 }));
    const feeds = {
      a: randomTensor(createStream(1), [7, 5]),
      seed: tensor("int64", [], BigInt64Array.of(3n)),
    };
    const { a: error } = await gradientErrors({ program: gradientProgram(loss, { a }), feeds, names: ["a"] });
    expect(error).toBeLessThan(1e-9);
  });

  test("a rate of 0 leaves everything; one of 1 is refused", () => {
    expect(dropout(x, { rate: 0, seed, rows, site: 0 })).toBe(x);
    expect(() => dropout(x, { rate: 1, seed, rows, site: 0 })).toThrow(
      "must be at least 0 and below 1; got 1",
    );
  });
});
