import { addScaled, dot, matrix, rowOf } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";
import type { Pause } from "../pause.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

export interface PrincipalComponents {
  /** The rows along the components that were kept, `[rows, kept]`, the strongest first. */
  readonly projected: Matrix;
  /** The share of the variance of every component, descending. */
  readonly shares: Float64Array;
}

/**
 * Rows, centred, along as few of their principal components as hold a share of the variance. Rows that are all the same
 * keep one component.
 */
export async function principalComponents(
  rows: Matrix,
  { variance, pause }: { readonly variance: number; readonly pause: Pause },
): Promise<PrincipalComponents> {
  const centred = centre(rows);
  // Whichever is smaller: the products of columns, X^T X, or those of rows, X X^T. Both have the same values above 0.
  const ofRows = rows.rows < rows.columns;
  const { values, vectors } = await symmetricEigen(
    await (ofRows ? productsOfRows(centred, pause) : productsOfColumns(centred, pause)),
    pause,
  );
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const shares = values.map((value) => (total > 0 ? Math.max(0, value) / total : 0));
  let [kept, held] = [0, 0];
  do held += shares[kept++]!;
  while (held < variance && kept < shares.length && shares[kept]! > 0);

  const projected = matrix(rows.rows, kept);
  for (let i = 0; i < rows.rows; i++) {
    await pause();
    const row = rowOf(centred, i);
    rowOf(projected, i).forEach((_, j, target) => {
      const vector = rowOf(vectors, j);
      target[j] = ofRows ? vector[i]! * Math.sqrt(Math.max(0, values[j]!)) : dot(row, vector);
    });
  }
  return { projected, shares };
}

function centre(rows: Matrix): Matrix {
  const centred = matrix(rows.rows, rows.columns, rows.data);
  const mean = new Float64Array(rows.columns);
  for (let i = 0; i < rows.rows; i++) addScaled(mean, 1 / rows.rows, rowOf(rows, i));
  for (let i = 0; i < rows.rows; i++) addScaled(rowOf(centred, i), -1, mean);
  return centred;
}

/** X^T X, `[columns, columns]`. */
async function productsOfColumns(x: Matrix, pause: Pause): Promise<Matrix> {
  const sums = matrix(x.columns, x.columns);
  for (let i = 0; i < x.rows; i++) {
    await pause();
    const row = rowOf(x, i);
    for (let j = 0; j < x.columns; j++) addScaled(rowOf(sums, j).subarray(j), row[j]!, row.subarray(j));
  }
  return mirrored(sums);
}

/** X X^T, `[rows, rows]`. */
async function productsOfRows(x: Matrix, pause: Pause): Promise<Matrix> {
  const products = matrix(x.rows, x.rows);
  for (let i = 0; i < x.rows; i++) {
    await pause();
    for (let j = i; j < x.rows; j++) rowOf(products, i)[j] = dot(rowOf(x, i), rowOf(x, j));
  }
  return mirrored(products);
}

/** Copies what is above the diagonal below it. */
function mirrored(upper: Matrix): Matrix {
  for (let j = 0; j < upper.rows; j++) {
    for (let k = 0; k < j; k++) rowOf(upper, j)[k] = rowOf(upper, k)[j]!;
  }
  return upper;
}
