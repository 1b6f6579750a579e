/** The index of the first value that is NaN or infinite; -1 if all are finite. About a nanosecond a value. */
export function firstNotFinite(values: ArrayLike<number>): number {
  // Less itself, what is not finite is NaN, and stays so in a sum.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! - values[i]!;
  if (sum === 0) return -1;
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) return i;
  return -1;
}
