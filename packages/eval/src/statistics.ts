export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Of the mean of independent values; NaN for a single one. */
export function standardError(values: ArrayLike<number>): number {
  const centre = mean(values);
  const squares = Array.from(values, (value) => (value - centre) ** 2);
  return Math.sqrt(mean(squares) / (values.length - 1));
}

/**
 * Of the mean of values drawn one from each of many strata, in the order of the strata: neighbours stand for two draws
 * from one stratum, so that the trend across strata does not count as noise (Wolter, Introduction to Variance Estimation,
 * chapter 8: overlapping differences). NaN for a single value.
 */
export function stratifiedStandardError(values: ArrayLike<number>): number {
  const squares = Array.from({ length: values.length - 1 }, (_, i) => (values[i + 1]! - values[i]!) ** 2);
  return Math.sqrt(mean(squares) / (2 * values.length));
}

/**
 * The sum of values over the sum of their sizes, and its standard error where pairs are independent (Cochran, Sampling
 * Techniques, section 2.11: the ratio estimator). Where all sizes are equal, that of the mean of value over size. Terms are one
 * for each pair, with the ratio as their mean and its standard error as theirs.
 */
export function ratioOfSums(
  values: ArrayLike<number>,
  sizes: ArrayLike<number>,
): { readonly ratio: number; readonly standardError: number; readonly terms: readonly number[] } {
  const size = mean(sizes);
  const ratio = mean(values) / size;
  const terms = Array.from(values, (value, i) => ratio + (value - ratio * sizes[i]!) / size);
  return { ratio, standardError: standardError(terms), terms };
}

/** The sample's, with n - 1; NaN for a single value. */
export function standardDeviation(values: ArrayLike<number>): number {
  return standardError(values) * Math.sqrt(values.length);
}
