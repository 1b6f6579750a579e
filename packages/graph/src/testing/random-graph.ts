import { tensor } from "@sdtt/core";
import * as fc from "fast-check";
import { broadcastShapes, sameShape } from "../dimension.ts";
import {
  absolute,
  add,
  attention,
  broadcastTo,
  checkpoint,
  concat,
  constant,
  cosine,
  divide,
  exponential,
  gather,
  gelu,
  gemm,
  hyperbolicTangent,
  layerNorm,
  lessOrEqual,
  logarithm,
  logSoftmax,
  matmul,
  maximum,
  multiply,
  pad,
  reduceMean,
  reduceSum,
  reshape,
  scalar,
  scatterAddRows,
  sigmoid,
  sine,
  slice,
  softmax,
  split,
  squareRoot,
  subtract,
  transpose,
  where,
} from "../index.ts";
import type { Value } from "../index.ts";

/** One step of building a random graph: an operator on earlier values, picked by number. */
export interface Step {
  readonly operator: number;
  readonly x: number;
  readonly y: number;
}

type Size = number;
const number = (value: number) => scalar("float64", value);
const onePlusSquare = (x: Value) => add(multiply(x, x), number(1));
const total = (x: Value) => reduceSum(x, { axes: [0, 1], keep: true });
const rowsOf = (x: Value) => x.shape[0] as Size;
const columnsOf = (x: Value) => x.shape[1] as Size;
/** As many rows again. */
const doubled = (x: Value) => concat([x, sine(x)], 0);
/** Rows of what has at least two. */
const picks = constant(tensor("int64", [5], BigInt64Array.of(0n, 1n, 1n, 0n, 1n)));

/** The second operand as it is where it broadcasts against the first, else its sum. */
function matching(x: Value, y: Value): Value {
  const shape = broadcastShapes(x.shape, y.shape);
  return shape && sameShape(shape, x.shape) ? y : total(y);
}

/** Every operator takes and gives matrices of a size known beforehand, and keeps numbers moderate. */
const operators: readonly ((x: Value, y: Value) => Value)[] = [
  (x, y) => add(x, matching(x, y)),
  (x, y) => subtract(matching(x, y), x),
  (x, y) => sine(multiply(x, matching(x, y))),
  (x, y) => divide(x, onePlusSquare(matching(x, y))),
  (x, y) => maximum(x, matching(x, y)),
  (x, y) => where(lessOrEqual(x, matching(x, y)), cosine(x), matching(x, y)),
  (x) => exponential(sine(x)),
  (x) => logarithm(onePlusSquare(x)),
  (x) => squareRoot(onePlusSquare(x)),
  (x) => sigmoid(x),
  (x) => gelu(x),
  (x) => absolute(x),
  (x) => transpose(x, [1, 0]),
  (x) => reshape(x, [columnsOf(x), rowsOf(x)]),
  (x) => reduceMean(x, { axes: [1], keep: true }),
  (x) => reshape(reduceSum(x, { axes: [0] }), [1, columnsOf(x)]),
  (x) => broadcastTo(slice(x, { axis: 0, start: 0, end: 1 }), [3, columnsOf(x)]),
  (x) => pad(slice(x, { axis: 1, start: 0, end: 1 }), { axis: 1, before: 2, after: 1 }),
  (x, y) => concat(rowsOf(x) === rowsOf(y) ? [x, y] : [x, x], 1),
  (x) => split(concat([x, cosine(x)], 0), { axis: 0, parts: 2 })[1]!,
  (x) => gather(doubled(x), picks),
  (x, y) => scatterAddRows(doubled(x), picks, gather(doubled(multiply(x, matching(x, y))), picks)),
  (x, y) => hyperbolicTangent(columnsOf(x) === rowsOf(y) ? matmul(x, y) : gemm(x, x, { transposeB: true })),
  (x, y) => sine(gemm(x, x, { transposeA: true, c: columnsOf(y) === columnsOf(x) ? total(y) : number(1) })),
  (x) => softmax(x),
  (x) => logSoftmax(x, 0),
  (x) => layerNorm(concat([x, cosine(x)], 1), { scale: doubled(reduceSum(x, { axes: [0] })), epsilon: 0.5 }),
  (x) => {
    const sequence = reshape(x, [1, rowsOf(x), columnsOf(x)]);
    return reshape(attention(sequence, sine(sequence), sequence, { heads: 1 }), x.shape);
  },
];

/** Steps to build a graph with; wide results are cut, so that graphs stay small. */
export const randomSteps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ operator: fc.nat(operators.length - 1), x: fc.nat(50), y: fc.nat(50) }),
  { minLength: 1, maxLength: 14 },
);

/** The sum of all values on the way, so that each step counts. */
export function buildSteps(first: readonly Value[], steps: readonly Step[]): Value {
  const values = [...first];
  for (const { operator, x, y } of steps) {
    const made = operators[operator]!(values[x % values.length]!, values[y % values.length]!);
    values.push(trimmed(made));
  }
  return values.map((value) => total(value)).reduce(add);
}

/** The same with every step behind a checkpoint, which reads one operand as its input and captures the other. */
export function buildCheckpointed(first: readonly Value[], steps: readonly Step[]): Value {
  const values = [...first];
  for (const { operator, x, y } of steps) {
    const captured = values[y % values.length]!;
    const build = ([input]: readonly Value[]) => [trimmed(operators[operator]!(input!, captured))];
    values.push(...checkpoint([values[x % values.length]!], build));
  }
  return values.map((value) => total(value)).reduce(add);
}

function trimmed(x: Value): Value {
  const rows = Math.min(rowsOf(x), 4);
  const columns = Math.min(columnsOf(x), 5);
  return slice(slice(x, { axis: 0, start: 0, end: rows }), { axis: 1, start: 0, end: columns });
}
