import { createStream } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { evaluateProgram } from "@sdtt/testing";
import { describe, expect, test } from "vitest";
import type { Dimension } from "../dimension.ts";
import {
  accumulate,
  add,
  exponential,
  gemm,
  gradients,
  input,
  linear,
  logSoftmax,
  mapRowChunks,
  multiply,
  multiplyDimensions,
  negate,
  parameter,
  reduceSum,
  reshape,
  scalar,
  serialize,
  zeros,
} from "../index.ts";
import type { ChunkValues } from "../index.ts";
import { randomTensor } from "../testing/loss-of.ts";

const [width, tokens] = [3, 5];

/** Cross-entropy against soft targets, and its gradients in closed form, as a loss over a large vocabulary does it. */
function crossEntropy(rowCount: Dimension) {
  const hidden = input("hidden", "float64", [rowCount, width]);
  const targets = input("targets", "float64", [rowCount, tokens]);
  const rowWeights = input("rowWeights", "float64", [rowCount]);
  // Computed outside, read inside.
  const weight = multiply(parameter("weight", "float64", [tokens, width]), scalar("float64", 2));
  const carried = [zeros("float64", [tokens, width]), zeros("float64", [])];
  const body = ({ rows, carried }: ChunkValues): ChunkValues => {
    const [h, q, w] = rows as [typeof hidden, typeof targets, typeof rowWeights];
    const column = reshape(w, [w.shape[0]!, 1]);
    const logProbs = logSoftmax(linear(h, weight));
    const loss = negate(reduceSum(multiply(multiply(q, logProbs), column), { axes: [0, 1] }));
    const mass = reduceSum(q, { axes: [1], keep: true });
    const forLogits = multiply(add(multiply(exponential(logProbs), mass), negate(q)), column);
    return {
      rows: [gemm(forLogits, weight), reduceSum(multiply(q, logProbs), { axes: [1] })],
      carried: [accumulate(gemm(forLogits, h, { transposeA: true }), carried[0]!), add(carried[1]!, loss)],
    };
  };
  return { rows: [hidden, targets, rowWeights], carried, body };
}

function outputsOf({ rows, carried }: ChunkValues) {
  return { forHidden: rows[0]!, rowLoss: rows[1]!, forWeight: carried[0]!, loss: carried[1]! };
}

function feeds(count: number) {
  const stream = createStream(count);
  return {
    hidden: randomTensor(stream.child(0), [count, width]),
    targets: randomTensor(stream.child(1), [count, tokens], { from: 0 }),
    rowWeights: randomTensor(stream.child(2), [count]),
    weight: randomTensor(stream.child(3), [tokens, width]),
  };
}

const numbers = ({ data }: Tensor) => Array.from(data, Number);
/** The largest difference of two lists of one length. */
function difference(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Infinity;
  return actual.reduce((worst, value, i) => Math.max(worst, Math.abs(value - expected[i]!)), 0);
}

describe.each([0, 1, 3, 4, 5, 8, 11])("%i rows in chunks of 4", (count) => {
  test.each(["rows", count])("with a size of %s", async (size) => {
    const work = crossEntropy(size);
    const chunked = serialize({ outputs: outputsOf(mapRowChunks({ ...work, chunk: 4 })) });
    const whole = serialize({ outputs: outputsOf(work.body(work)) });
    const [a, b] = await Promise.all(
      [chunked, whole].map((program) => evaluateProgram(program, feeds(count))),
    );
    for (const [name, value] of Object.entries(a!)) {
      expect(value.shape).toEqual(b![name]!.shape);
      expect(difference(numbers(value), numbers(b![name]!))).toBeLessThan(1e-12);
    }
  });
});

test("a loop in a loop, whose body reads a chunk of the outer one", async () => {
  const x = input("x", "float64", ["n", 4]);
  const { rows, carried } = mapRowChunks({
    rows: [x],
    carried: [scalar("float64", 0)],
    chunk: 2,
    body: ({ rows: [part], carried }) => {
      const total = reduceSum(part!, { axes: [0, 1] });
      const inner = mapRowChunks({
        rows: [reshape(part!, [multiplyDimensions(4, part!.shape[0]!)])],
        carried,
        chunk: 3,
        body: ({ rows: [numbers], carried: [sum] }) => {
          const shifted = add(numbers!, total);
          return { rows: [shifted], carried: [add(sum!, reduceSum(shifted, { axes: [0] }))] };
        },
      });
      return { rows: [reshape(inner.rows[0]!, part!.shape)], carried: inner.carried };
    },
  });
  const feed = randomTensor(createStream(1), [5, 4]);
  const program = serialize({ outputs: { shifted: rows[0]!, sum: carried[0]! } });
  const { shifted, sum } = await evaluateProgram(program, { x: feed });
  const expected = [0, 2, 4].flatMap((row) => {
    const part = Array.from(feed.data.subarray(4 * row, 4 * (row + 2)));
    const total = part.reduce((a, b) => a + b, 0);
    return part.map((value) => value + total);
  });
  expect(difference(numbers(shifted!), expected)).toBeLessThan(1e-12);
  expect(sum!.data[0]).toBeCloseTo(
    expected.reduce((a, b) => a + b, 0),
    12,
  );
});

test("what does not fit is refused by name", () => {
  const work = crossEntropy("rows");
  expect(() => mapRowChunks({ ...work, chunk: 0 })).toThrow("RowChunks");
  expect(() => mapRowChunks({ ...work, chunk: 4, rows: [...work.rows, input("y", "float64", [7])] })).toThrow(
    "y float64[7]",
  );
  const growing = (values: ChunkValues) => ({ ...values, carried: [values.rows[0]!, values.carried[1]!] });
  expect(() => mapRowChunks({ ...work, chunk: 4, body: growing })).toThrow(
    "what is carried to keep its types",
  );
  const loss = mapRowChunks({ ...work, chunk: 4 }).carried[1]!;
  expect(() => gradients(loss, [work.rows[0]!])).toThrow("RowChunks");
});
