import { tensor } from "@sdtt/core";
import type { Shape } from "../dimension.ts";
import {
  absolute,
  add,
  attention,
  broadcastTo,
  cast,
  concat,
  cosine,
  divide,
  exponential,
  gather,
  gatherElements,
  gelu,
  gemm,
  hyperbolicTangent,
  int64Vector,
  layerNorm,
  lessOrEqual,
  logarithm,
  logSoftmax,
  matmul,
  maximum,
  minimum,
  multiply,
  negate,
  pad,
  pickAlongRows,
  range,
  reduceMax,
  reduceMin,
  reduceSum,
  reshape,
  rotary,
  scalar,
  scatterAddRows,
  sigmoid,
  sign,
  sine,
  slice,
  softmax,
  split,
  squareRoot,
  subtract,
  transpose,
  where,
} from "../index.ts";
import { scatterAddElements } from "../ops/gather.ts";
import { standardize } from "../ops/normalize.ts";
import { padTo } from "../ops/parts.ts";
import { constant } from "../value.ts";
import type { Value } from "../value.ts";

/** A graph around one operator whose gradients are to be checked. */
export interface RuleCase {
  /** Shapes of the inputs a, b, c; named sizes are those of `sizes`. */
  readonly shapes: readonly Shape[];
  readonly build: (a: Value, b: Value, c: Value) => Value;
  /** Inputs in (0.5, 1.5) instead of (-1, 1). */
  readonly positive?: boolean;
  readonly tolerance?: number;
}

/** The sizes that the shapes name. */
export const sizes: Readonly<Record<string, number>> = { n: 3, m: 2 };
const unary = (build: RuleCase["build"], positive = false): RuleCase[] => [
  { shapes: [["n", 4]], build, positive },
];
/** Same shapes, both sides broadcast, and a scalar. */
const binary = (build: RuleCase["build"], positive = false): RuleCase[] =>
  [
    [
      [2, 3],
      [2, 3],
    ],
    [
      ["n", 1, 4],
      [2, 1],
    ],
    [[], ["n"]],
  ].map((shapes) => ({ shapes, build, positive }));
const indices = (shape: number[], values: number[]) =>
  constant(tensor("int64", shape, BigInt64Array.from(values, BigInt)));

/** For each operator that has a rule, and for some without. */
export const ruleCases: Readonly<Record<string, RuleCase[]>> = {
  Add: binary(add),
  Sub: binary(subtract),
  Mul: [...binary(multiply), ...unary((x) => multiply(x, x))],
  Div: binary(divide, true),
  Min: binary(minimum),
  Max: binary(maximum),
  Neg: unary(negate),
  Exp: unary(exponential),
  Log: unary(logarithm, true),
  Sqrt: unary(squareRoot, true),
  Sigmoid: unary(sigmoid),
  Tanh: unary(hyperbolicTangent),
  Sin: unary(sine),
  Cos: unary(cosine),
  Abs: unary(absolute),
  Sign: unary((x) => add(sign(x), x)),
  FastGelu: unary((x) => gelu(multiply(x, scalar("float64", 4)))),
  Where: [
    ...binary((a, b) => where(lessOrEqual(a, b), multiply(a, b), b)),
    { shapes: [["n", 1], [2]], build: (a, b) => where(lessOrEqual(range(2), scalar("int64", 0)), a, b) },
  ],
  Cast: [
    { shapes: [["n", 4]], build: (x) => cast(cast(x, "float32"), "float64"), tolerance: 1e-3 },
    ...unary((x) => add(x, cast(cast(x, "int64"), "float64"))),
  ],
  Reshape: [{ shapes: [["n", 4]], build: (x) => reshape(x, [2, "n", 2]) }],
  Transpose: [{ shapes: [["n", 4, 2]], build: (x) => transpose(x, [2, 0, 1]) }],
  Expand: [
    { shapes: [["n", 1]], build: (x) => broadcastTo(x, [2, "n", 4]) },
    {
      shapes: [[], ["n"]],
      build: (x, y) => concat([reshape(broadcastTo(x, ["n"]), ["n", 1]), reshape(y, ["n", 1])], 1),
    },
  ],
  ReduceSum: [
    { shapes: [["n", 4, 2]], build: (x) => reduceSum(x, { axes: [0, -1] }) },
    { shapes: [["n", 4, 2]], build: (x) => reduceSum(x, { axes: [1], keep: true }) },
  ],
  ReduceMax: [
    { shapes: [["n", 4, 2]], build: (x) => reduceMax(x, { axes: [0, -1] }) },
    { shapes: [["n", 4]], build: (x) => reduceMax(x, { axes: [1], keep: true }) },
  ],
  ReduceMin: [{ shapes: [["n", 4, 2]], build: (x) => reduceMin(x, { axes: [0, -1] }) }],
  Slice: [
    { shapes: [["n", 4]], build: (x) => slice(x, { axis: 1, start: 1, end: 3 }) },
    { shapes: [["n", 4]], build: (x) => slice(x, { axis: 0, start: 1, end: 2 }) },
  ],
  Pad: [
    { shapes: [["n", 4]], build: (x) => pad(x, { axis: 1, before: 1, after: 2 }) },
    {
      shapes: [
        [1, 2],
        ["n", 1],
      ],
      build: (x, y) => multiply(padTo(x, { axis: 0, before: 1, size: "n" }), y),
    },
  ],
  Concat: [
    {
      shapes: [
        ["n", 2],
        ["n", 3],
      ],
      build: (a, b) => concat([a, b, a], 1),
    },
  ],
  Split: [
    { shapes: [["n", 6]], build: (x) => multiply(...(split(x, { axis: 1, parts: 2 }) as [Value, Value])) },
    { shapes: [["n", 6]], build: (x) => split(x, { axis: 1, parts: 3 })[1]! },
  ],
  MatMul: [
    {
      shapes: [
        ["n", 2, 4],
        ["n", 4, 3],
      ],
      build: matmul,
    },
    {
      shapes: [
        ["n", 2, 1, 4],
        [2, 4, 3],
      ],
      build: matmul,
    },
    {
      shapes: [
        ["n", 2, 4],
        [4, 3],
      ],
      build: matmul,
    },
    {
      shapes: [
        [2, 4],
        ["n", 4, 3],
      ],
      build: matmul,
    },
  ],
  Gemm: [false, true].flatMap((transposeA) =>
    [false, true].map((transposeB) => ({
      shapes: [transposeA ? [4, "n"] : ["n", 4], transposeB ? [2, 4] : [4, 2], transposeA ? ["n", 1] : [2]],
      build: (a, b, c) => gemm(a, b, { c, transposeA, transposeB }),
    })),
  ),
  Softmax: [0, 1].flatMap((axis) => unary((x) => softmax(x, axis))),
  LogSoftmax: [0, 1].flatMap((axis) => unary((x) => logSoftmax(x, axis))),
  LayerNormalization: [
    {
      shapes: [["n", 4], [4], [4]],
      build: (x, scale, bias) => layerNorm(x, { scale, bias, epsilon: 0.125 }),
    },
    { shapes: [[2, "n", 4], [4]], build: (x, scale) => layerNorm(x, { scale }) },
  ],
  Gather: [
    { shapes: [[5, 2]], build: (x) => gather(x, indices([2, 3], [4, 0, 4, 4, 2, 0])) },
    { shapes: [["n"]], build: (x) => gather(x, indices([], [1])) },
    { shapes: [["n", 2, 2]], build: (x) => gather(x, indices([2], [1, 1])) },
  ],
  ScatterRows: [
    {
      shapes: [
        ["n", 2],
        [4, 2],
      ],
      build: (base, rows) => scatterAddRows(base, int64Vector([2, 0, 2, 2]), rows),
    },
  ],
  GatherElements: [
    { shapes: [[3, 4]], build: (x) => gatherElements(x, indices([3, 2], [0, 3, 1, 1, 2, 0])) },
  ],
  ScatterElements: [
    {
      shapes: [
        [3, 4],
        [3, 2],
      ],
      build: (base, x) => scatterAddElements(base, indices([3, 2], [0, 3, 1, 1, 2, 0]), x),
    },
  ],
  PickAlongRows: [{ shapes: [[3, 4, 2]], build: (x) => pickAlongRows(x, int64Vector([0, 3, 3])) }],
  RotaryEmbedding: [
    {
      shapes: [
        ["m", "n", 8],
        ["n", 2],
        ["n", 2],
      ],
      build: rotary,
    },
  ],
  // Through their decompositions.
  MultiHeadAttention: [
    {
      shapes: [
        ["m", "n", 8],
        ["m", "n", 8],
        ["m", "n", 8],
      ],
      build: (q, k, v) => attention(q, k, v, { heads: 2 }),
    },
    { shapes: [["m", "n", 4]], build: (x) => attention(x, x, x, { heads: 1 }) },
    {
      shapes: [
        ["m", "n", 8],
        ["m", "n", 8],
        ["m", "n", 8],
      ],
      build: (q, k, v) => attention(q, k, v, { heads: 2, causal: true }),
    },
  ],
  Standardize: unary((x) => {
    const { normal, inverseDeviation } = standardize(x, 1e-3);
    return multiply(normal, inverseDeviation);
  }),
};
