import { tensor } from "@sdtt/core";
import {
  attention,
  broadcastTo,
  concat,
  constant,
  cumulativeSum,
  dimensionSize,
  gather,
  gatherElements,
  gemm,
  int64Vector,
  layerNorm,
  linear,
  logSoftmax,
  logSumExp,
  matmul,
  pad,
  pickAlongRows,
  range,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceSum,
  reshape,
  rotary,
  slice,
  softmax,
  split,
  topK,
  transpose,
} from "../index.ts";
import { elementwise, matrixProduct, numbersOf, plain, reduced, reshaped, turned } from "./plain.ts";
import type { Plain } from "./plain.ts";
import { standardize } from "../ops/normalize.ts";
import { elementwiseTwins } from "./elementwise-twins.ts";
import { asNumber } from "./twin.ts";
import type { Twin } from "./twin.ts";

const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
const mean = (values: number[]) => sum(values) / values.length;
const int64 = (shape: number[], values: number[]) =>
  constant(tensor("int64", shape, BigInt64Array.from(values, BigInt)));

const lines = { axes: [1], keep: true };
const plainSoftmax = (x: Plain) => {
  const mass = elementwise(Math.exp)(x);
  return elementwise((a, b) => a / b)(mass, reduced(mass, lines, sum));
};
const plainNorm = (x: Plain, epsilon: number) => {
  const centred = elementwise((a, b) => a - b)(x, reduced(x, lines, mean));
  const deviation = reduced(centred, lines, (values) => Math.sqrt(mean(values.map((v) => v * v)) + epsilon));
  return elementwise((a, b) => a / b)(centred, deviation);
};
const columns = (x: Plain, from: number, to: number) =>
  plain([x.shape[0]!, to - from], ([i, j]) => x.at([i!, from + j!]));
/** One head of one sequence, `[length, head]`. */
const plainAttention = (q: Plain, k: Plain, v: Plain, causal: boolean) => {
  const products = matrixProduct(q, turned(k));
  const scores = plain(products.shape, ([i, j]) =>
    causal && j! > i! ? -Infinity : products.at([i!, j!]) / Math.sqrt(q.shape[1]!),
  );
  return matrixProduct(plainSoftmax(scores), v);
};
/** Two heads of one sequence. */
const attentionTwin = (causal: boolean): Twin => [
  [
    [1, 3, 4],
    [1, 3, 4],
    [1, 3, 4],
  ],
  (q, k, v) => attention(q, k, v, { heads: 2, causal }),
  (...operands) => {
    const heads = [0, 2].map((from) => {
      const [q, k, v] = operands.map((x) => columns(reshaped(x, [3, 4]), from, from + 2));
      return plainAttention(q!, k!, v!, causal);
    });
    return plain([1, 3, 4], ([, i, j]) => heads[j! >> 1]!.at([i!, j! & 1]));
  },
];

/** For every function that makes a value, by its name. */
export const operatorTwins: Readonly<Record<string, Twin>> = {
  ...elementwiseTwins,
  reshape: [[[2, 6]], (x) => reshape(x, [3, 4]), (x) => reshaped(x, [3, 4])],
  transpose: [
    [[2, 3, 4]],
    (x) => transpose(x, [2, 0, 1]),
    (x) => plain([4, 2, 3], ([i, j, k]) => x.at([j!, k!, i!])),
  ],
  broadcastTo: [
    [[3, 1]],
    (x) => broadcastTo(x, [2, 3, 4]),
    (x) => plain([2, 3, 4], ([, i]) => x.at([i!, 0])),
  ],
  reduceSum: [[[2, 3, 4]], (x) => reduceSum(x, { axes: [0, -1] }), (x) => reduced(x, { axes: [0, 2] }, sum)],
  reduceMean: [[[2, 3]], (x) => reduceMean(x, { axes: [1], keep: true }), (x) => reduced(x, lines, mean)],
  reduceMax: [
    [[2, 3, 4]],
    (x) => reduceMax(x, { axes: [1] }),
    (x) => reduced(x, { axes: [1] }, (v) => Math.max(...v)),
  ],
  reduceMin: [
    [[2, 3, 4]],
    (x) => reduceMin(x, { axes: [1] }),
    (x) => reduced(x, { axes: [1] }, (v) => Math.min(...v)),
  ],
  slice: [[[3, 5]], (x) => slice(x, { axis: -1, start: 1, end: 4 }), (x) => columns(x, 1, 4)],
  pad: [
    [[3, 2]],
    (x) => pad(x, { axis: 1, before: 1, after: 2 }),
    (x) => plain([3, 5], ([i, j]) => (j! >= 1 && j! < 3 ? x.at([i!, j! - 1]) : 0)),
  ],
  concat: [
    [
      [3, 2],
      [3, 1],
    ],
    (a, b) => concat([a, b], 1),
    (a, b) => plain([3, 3], ([i, j]) => (j! < 2 ? a.at([i!, j!]) : b.at([i!, 0]))),
  ],
  split: [[[3, 6]], (x) => split(x, { axis: 1, parts: 3 })[2]!, (x) => columns(x, 4, 6)],
  matmul: [
    [
      [2, 3, 4],
      [4, 2],
    ],
    matmul,
    (a, b) => reshaped(matrixProduct(reshaped(a, [6, 4]), b), [2, 3, 2]),
  ],
  gemm: [
    [
      [4, 3],
      [2, 4],
      [3, 1],
    ],
    (a, b, c) => gemm(a, b, { c, transposeA: true, transposeB: true }),
    (a, b, c) => elementwise((x, y) => x + y)(matrixProduct(turned(a), turned(b)), c),
  ],
  linear: [
    [[3, 4], [2, 4], [2]],
    linear,
    (x, w, b) => elementwise((y, z) => y + z)(matrixProduct(x, turned(w)), b),
  ],
  softmax: [[[3, 4]], (x) => softmax(x), plainSoftmax],
  logSoftmax: [[[3, 4]], (x) => logSoftmax(x), (x) => elementwise(Math.log)(plainSoftmax(x))],
  logSumExp: [[[3, 4]], (x) => logSumExp(x), (x) => reduced(x, lines, (v) => Math.log(sum(v.map(Math.exp))))],
  layerNorm: [
    [[3, 4], [4], [4]],
    (x, scale, bias) => layerNorm(x, { scale, bias, epsilon: 0.125 }),
    (x, scale, bias) => elementwise((n, s, b) => n * s + b)(plainNorm(x, 0.125), scale, bias),
  ],
  standardize: [[[3, 4]], (x) => standardize(x, 0.125).normal, (x) => plainNorm(x, 0.125)],
  gather: [
    [[4, 2]],
    (x) => gather(x, int64([2, 2], [3, 0, 3, 1])),
    (x) => plain([2, 2, 2], ([i, j, k]) => x.at([[3, 0, 3, 1][2 * i! + j!]!, k!])),
  ],
  gatherElements: [
    [[2, 4]],
    (x) => gatherElements(x, int64([2, 1], [3, 1])),
    (x) => plain([2, 1], ([i]) => x.at([i!, [3, 1][i!]!])),
  ],
  pickAlongRows: [
    [[2, 4, 3]],
    (x) => pickAlongRows(x, int64Vector([3, 1])),
    (x) => plain([2, 3], ([i, k]) => x.at([i!, [3, 1][i!]!, k!])),
  ],
  cumulativeSum: [
    [[2, 4]],
    (x) => cumulativeSum(x),
    (x) => plain([2, 4], ([i, j]) => sum(Array.from({ length: j! + 1 }, (_, k) => x.at([i!, k])))),
  ],
  topK: [
    [[2, 5]],
    (x) => reshape(topK(x, int64Vector([3]), "k").values, [2, "k"]),
    (x) => {
      const sorted = [0, 1].map((i) =>
        numbersOf(plain([5], ([j]) => x.at([i, j!]))).toSorted((a, b) => b - a),
      );
      return plain([2, 3], ([i, j]) => sorted[i!]![j!]!);
    },
  ],
  range: [[[3]], (x) => asNumber(range(x.shape[0]!)), () => plain([3], ([i]) => i!)],
  dimensionSize: [
    [[3, 2]],
    (x) => reshape(asNumber(dimensionSize(x.shape[0]!)), [1]),
    () => plain([1], () => 3),
  ],
  attention: attentionTwin(false),
  "attention, causal": attentionTwin(true),
  rotary: [
    [
      [1, 3, 8],
      [3, 2],
      [3, 2],
    ],
    rotary,
    (x, cosines, sines) =>
      plain([1, 3, 8], ([, i, j]) => {
        const [pair, isSecond] = [j! % 2, j! % 4 >= 2];
        const other = x.at([0, i!, isSecond ? j! - 2 : j! + 2]);
        return (
          x.at([0, i!, j!]) * cosines.at([i!, pair]) + (isSecond ? 1 : -1) * other * sines.at([i!, pair])
        );
      }),
  ],
};
