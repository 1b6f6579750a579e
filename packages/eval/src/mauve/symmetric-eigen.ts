import { SdttError } from "@sdtt/core";
import { addScaled, dot, matrix, rowOf } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";
import type { Pause } from "../pause.ts";

export interface Eigen {
  /** `[n]`, descending. */
  readonly values: Float64Array;
  /** `[n, n]`: row i belongs to value i, of length 1. */
  readonly vectors: Matrix;
}

/**
 * All eigenvalues and eigenvectors of a symmetric matrix: Householder reflections to a tridiagonal matrix, then QL with
 * implicit shifts (Golub & Van Loan, Matrix Computations, sections 8.3.1 and 8.3.3). Vectors are kept as rows, so that every inner
 * loop runs over adjacent numbers. About 6 n^3 multiplications.
 */
export async function symmetricEigen(symmetric: Matrix, pause: Pause): Promise<Eigen> {
  const n = symmetric.rows;
  const { diagonal, offDiagonal, basis } = await tridiagonal(symmetric, pause);
  await diagonalise(diagonal, offDiagonal, basis, pause);
  const order = [...diagonal.keys()].sort((a, b) => diagonal[b]! - diagonal[a]!);
  const vectors = matrix(n, n);
  order.forEach((from, to) => rowOf(vectors, to).set(rowOf(basis, from)));
  return { values: Float64Array.from(order, (i) => diagonal[i]!), vectors };
}

/** `A = basis^T T basis` with T tridiagonal: `diagonal` `[n]`, and `offDiagonal[i]` between i and i + 1. */
async function tridiagonal(symmetric: Matrix, pause: Pause) {
  const n = symmetric.rows;
  const a = matrix(n, n, symmetric.data);
  const offDiagonal = new Float64Array(n);
  const reflections: { readonly v: Float64Array; readonly beta: number }[] = [];
  for (let k = 0; k + 2 < n; k++) {
    await pause();
    // H = 1 - beta v v^T takes what row k has after its diagonal to a multiple of the first unit vector.
    const v = rowOf(a, k).slice(k + 1);
    const length = Math.sqrt(dot(v, v));
    const head = v[0]! > 0 ? -length : length;
    offDiagonal[k] = head;
    v[0]! -= head;
    const square = dot(v, v);
    const beta = square === 0 ? 0 : 2 / square;
    reflections.push({ v, beta });
    if (beta === 0) continue;
    const rest = (i: number) => rowOf(a, k + 1 + i).subarray(k + 1);
    // A - v w^T - w v^T, with w = beta (A v - beta/2 (v^T A v) v).
    const w = v.map((_, i) => beta * dot(rest(i), v));
    addScaled(w, -(beta / 2) * dot(w, v), v);
    for (let i = 0; i < v.length; i++) {
      addScaled(rest(i), -v[i]!, w);
      addScaled(rest(i), -w[i]!, v);
    }
  }
  if (n > 1) offDiagonal[n - 2] = rowOf(a, n - 2)[n - 1]!;
  const diagonal = Float64Array.from({ length: n }, (_, i) => rowOf(a, i)[i]!);
  return { diagonal, offDiagonal, basis: await productOf(reflections, n, pause) };
}

/** Row i is what the product of the reflections makes of unit vector i. */
async function productOf(
  reflections: readonly { readonly v: Float64Array; readonly beta: number }[],
  n: number,
  pause: Pause,
): Promise<Matrix> {
  const basis = matrix(n, n);
  for (let i = 0; i < n; i++) rowOf(basis, i)[i] = 1;
  for (const [k, { v, beta }] of [...reflections.entries()].toReversed()) {
    await pause();
    for (let i = k + 1; i < n; i++) {
      const row = rowOf(basis, i).subarray(k + 1);
      addScaled(row, -beta * dot(row, v), v);
    }
  }
  return basis;
}

/** Takes the tridiagonal matrix to a diagonal one, in place, and its basis to eigenvectors. */
async function diagonalise(d: Float64Array, e: Float64Array, basis: Matrix, pause: Pause): Promise<void> {
  const n = d.length;
  for (let first = 0; first < n; first++) {
    for (let sweep = 0; ; sweep++) {
      await pause();
      let last = first;
      while (last + 1 < n && !isSmall(e[last]!, d[last]!, d[last + 1]!)) last++;
      if (last === first) break;
      if (sweep === 60) {
        throw new SdttError("numeric", `Eigenvalue ${first} of ${n} was not found in 60 sweeps.`);
      }
      sweepUp(d, e, { first, last, basis });
    }
  }
}

function isSmall(between: number, above: number, below: number): boolean {
  return Math.abs(between) <= Number.EPSILON * (Math.abs(above) + Math.abs(below));
}

/** One QL sweep with Wilkinson's shift over the block from `first` to `last`. */
function sweepUp(
  d: Float64Array,
  e: Float64Array,
  { first, last, basis }: { readonly first: number; readonly last: number; readonly basis: Matrix },
): void {
  const half = (d[first + 1]! - d[first]!) / (2 * e[first]!);
  const root = Math.hypot(half, 1);
  let g = d[last]! - d[first]! + e[first]! / (half + (half >= 0 ? root : -root));
  let [sine, cosine, p] = [1, 1, 0];
  for (let i = last - 1; i >= first; i--) {
    const f = sine * e[i]!;
    const b = cosine * e[i]!;
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1]! -= p;
      e[last] = 0;
      return;
    }
    [sine, cosine] = [f / r, g / r];
    g = d[i + 1]! - p;
    const t = (d[i]! - g) * sine + 2 * cosine * b;
    p = sine * t;
    d[i + 1] = g + p;
    g = cosine * t - b;
    rotate(rowOf(basis, i), rowOf(basis, i + 1), sine, cosine);
  }
  d[first]! -= p;
  e[first] = g;
  e[last] = 0;
}

function rotate(upper: Float64Array, lower: Float64Array, sine: number, cosine: number): void {
  for (let k = 0; k < upper.length; k++) {
    const [a, b] = [upper[k]!, lower[k]!];
    lower[k] = sine * a + cosine * b;
    upper[k] = cosine * a - sine * b;
  }
}
