import { createStream } from "@sdtt/core";
import { expect, test } from "vitest";
import { kMeans } from "./k-means.ts";
import { dot, matrix, rowOf } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";
import { principalComponents } from "./principal-components.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

const pause = () => {};
const stream = createStream(5);
const random = (rows: number, columns: number, from = 0): Matrix =>
  matrix(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, (_, i) => stream.uniform(from + i) - 0.5),
  );

function symmetricOf(half: Matrix): Matrix {
  const { rows: n } = half;
  const data = half.data.map((value, at) => value + half.data[(at % n) * n + Math.floor(at / n)]!);
  return matrix(n, n, data);
}

test.each([
  ["random", symmetricOf(random(40, 40))],
  ["of one number", matrix(1, 1, [3])],
  ["of two rows", matrix(2, 2, [2, 1, 1, 2])],
  ["diagonal, with equal values", matrix(4, 4, [2, 0, 0, 0, 0, 5, 0, 0, 0, 0, 2, 0, 0, 0, 0, -1])],
  ["of rank one", matrix(3, 3, [1, 2, 3, 2, 4, 6, 3, 6, 9])],
  ["zero", matrix(5, 5)],
])("eigenvectors are orthonormal and give the matrix again: %s", async (_, symmetric) => {
  const n = symmetric.rows;
  const { values, vectors } = await symmetricEigen(symmetric, pause);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      expect(dot(rowOf(vectors, i), rowOf(vectors, j))).toBeCloseTo(Number(i === j), 12);
      let entry = 0;
      for (let k = 0; k < n; k++) entry += values[k]! * rowOf(vectors, k)[i]! * rowOf(vectors, k)[j]!;
      expect(entry).toBeCloseTo(symmetric.data[i * n + j]!, 12);
    }
  }
  expect([...values].sort((a, b) => b - a)).toEqual([...values]);
});

test("components keep distances, whichever products they are found from", async () => {
  for (const [rows, columns] of [
    [30, 12],
    [12, 30],
  ] as const) {
    const data = random(rows, columns);
    const { projected, shares } = await principalComponents(data, { variance: 1 - 1e-12, pause });
    expect(projected.columns).toBe(Math.min(columns, rows - 1));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    const distance = (of: Matrix) => Math.hypot(...rowOf(of, 3).map((value, j) => value - rowOf(of, 7)[j]!));
    expect(distance(projected)).toBeCloseTo(distance(data), 10);
  }
  const same = matrix(4, 3, new Float64Array(12).fill(2));
  expect((await principalComponents(same, { variance: 0.9, pause })).projected.columns).toBe(1);
});

test("few components are kept where few hold the variance", async () => {
  const line = random(50, 1);
  const plane = matrix(
    50,
    4,
    [...line.data].flatMap((x, i) => [x, 2 * x, 0, 0.01 * stream.uniform(i)]),
  );
  const { projected, shares } = await principalComponents(plane, { variance: 0.9, pause });
  expect(projected.columns).toBe(1);
  expect(shares[0]).toBeGreaterThan(0.99);
});

test("k-means ends where every point is with its nearest mean", async () => {
  const points = random(200, 40, 9);
  const options = { points, clusters: 12, restarts: 2, iterations: 500, stream, pause };
  const { clusters, inertia } = await kMeans(options);
  const means = Array.from({ length: 12 }, (_, k) => {
    const members = [...clusters.keys()].filter((i) => clusters[i] === k);
    expect(members.length).toBeGreaterThan(0);
    return rowOf(points, 0).map(
      (_, j) => members.reduce((sum, i) => sum + rowOf(points, i)[j]!, 0) / members.length,
    );
  });
  const distance = (i: number, k: number) =>
    rowOf(points, i).reduce((sum, value, j) => sum + (value - means[k]![j]!) ** 2, 0);
  let total = 0;
  for (let i = 0; i < 200; i++) {
    const all = means.map((_, k) => distance(i, k));
    expect(all[clusters[i]!]).toBeCloseTo(Math.min(...all), 12);
    total += all[clusters[i]!]!;
  }
  expect(inertia).toBeCloseTo(total, 10);
  expect((await kMeans(options)).clusters).toEqual(clusters);
  const once = await kMeans({ ...options, restarts: 1 });
  expect(inertia).toBeLessThanOrEqual(once.inertia);
});

test("groups that lie apart are found, and points that are all the same are no failure", async () => {
  const spread = random(90, 2);
  const apart = matrix(
    90,
    2,
    spread.data.map((value, at) => value / 9 + (Math.floor(at / 2) % 3) * 5),
  );
  const options = { clusters: 3, restarts: 5, iterations: 500, stream, pause };
  const { clusters } = await kMeans({ ...options, points: apart });
  for (let i = 3; i < 90; i++) expect(clusters[i]).toBe(clusters[i % 3]);
  expect(new Set(clusters).size).toBe(3);
  const same = await kMeans({ ...options, points: matrix(9, 2) });
  expect(same.inertia).toBe(0);
});
