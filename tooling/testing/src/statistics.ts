/**
 * Pearson's chi-squared test of counts against expected counts. Cells that expect fewer than five are pooled.
 *
 * @returns the p-value: the chance of a misfit at least this large if the expectation were the truth.
 */
export function chiSquaredPValue(observed: readonly number[], expected: readonly number[]): number {
  let [statistic, cells, pooledObserved, pooledExpected] = [0, 0, 0, 0];
  for (let i = 0; i < expected.length; i++) {
    const [o, e] = [observed[i] ?? 0, expected[i]!];
    if (e < 5) {
      if (e === 0 && o > 0) return 0;
      pooledObserved += o;
      pooledExpected += e;
    } else {
      statistic += (o - e) ** 2 / e;
      cells++;
    }
  }
  if (pooledExpected >= 5) {
    statistic += (pooledObserved - pooledExpected) ** 2 / pooledExpected;
    cells++;
  }
  return upperIncompleteGamma((cells - 1) / 2, statistic / 2);
}

/** The regularised upper incomplete gamma function Q(a, x): series below a + 1, Lentz's continued fraction above. */
export function upperIncompleteGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let [term, sum] = [1 / a, 1 / a];
    for (let n = 1; n < 10_000 && term > sum * 1e-16; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return 1 - sum * scale;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 10_000; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return scale * fraction;
}

/** Stirling's series after shifting the argument up. */
function logGamma(x: number): number {
  let shift = 0;
  while (x < 15) shift -= Math.log(x++);
  const inverse = 1 / x;
  const series = inverse / 12 - inverse ** 3 / 360 + inverse ** 5 / 1260;
  return shift + (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}
