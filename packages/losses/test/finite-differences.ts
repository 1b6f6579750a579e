/** The gradient by central differences of fourth order: the error is of the order `step^4`. */
export function finiteDifferences(
  at: Float64Array,
  f: (x: Float64Array) => number,
  step: number = 1e-3,
): Float64Array {
  const x = at.slice();
  const slope = (i: number, h: number): number => {
    x[i] = at[i]! + h;
    const above = f(x);
    x[i] = at[i]! - h;
    const below = f(x);
    x[i] = at[i]!;
    return (above - below) / (2 * h);
  };
  return at.map((_, i) => (4 * slope(i, step) - slope(i, 2 * step)) / 3);
}

/** The largest difference of two arrays, relative to the largest magnitude of the second. */
export function largestError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, magnitude] = [0, 0];
  for (let i = 0; i < Math.max(actual.length, expected.length); i++) {
    difference = Math.max(difference, Math.abs(actual[i]! - expected[i]!));
    magnitude = Math.max(magnitude, Math.abs(expected[i]!));
    if (Number.isNaN(difference)) return Infinity;
  }
  return difference / magnitude;
}
