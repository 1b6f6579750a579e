/**
 * Turns logits into log-probabilities in place. The maximum is taken out first, so nothing overflows; a logit of
 * -Infinity is an impossible id.
 */
export function logSoftmax(values: Float64Array): void {
  let maximum = -Infinity;
  for (const value of values) maximum = Math.max(maximum, value);
  let sum = 0;
  for (const value of values) sum += Math.exp(value - maximum);
  const logSum = Math.log(sum);
  // Two small subtractions lose less than one of `maximum + logSum`.
  for (let v = 0; v < values.length; v++) values[v] = values[v]! - maximum - logSum;
}

/**
 * The chain rule through `logSoftmax`: with g the derivative of a loss by each log-probability, its derivative by the
 * logits is `g - p * sum(g)`. Written to `gradient`, times `scale`. Adding a multiple of p to g changes nothing.
 */
export function backpropagateLogSoftmax(
  logProbs: Float64Array,
  derivative: Float64Array,
  scale: number,
  gradient: Float64Array,
): void {
  const sum = derivative.reduce((total, value) => total + value, 0);
  for (let v = 0; v < logProbs.length; v++) {
    gradient[v] = scale * (derivative[v]! - Math.exp(logProbs[v]!) * sum);
  }
}
