/** Numbers in rows of one width, row-major. */
export interface Matrix {
  /** `[rows * columns]` */
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

export function matrix(rows: number, columns: number, data?: ArrayLike<number>): Matrix {
  return { data: data ? Float64Array.from(data) : new Float64Array(rows * columns), rows, columns };
}

/** Row i, `[columns]`, in place. */
export function rowOf({ data, columns }: Matrix, i: number): Float64Array {
  return data.subarray(i * columns, (i + 1) * columns);
}

/** The rows of both, one below the other. */
export function stack(upper: Matrix, lower: Matrix): Matrix {
  const joined = matrix(upper.rows + lower.rows, upper.columns);
  joined.data.set(upper.data);
  joined.data.set(lower.data, upper.data.length);
  return joined;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** target += factor * source */
export function addScaled(target: Float64Array, factor: number, source: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * source[i]!;
}

export function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j]! - b[j]!) ** 2;
  return sum;
}
