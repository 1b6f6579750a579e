/**
 * The outcome at the place `uniform` of the weights' cumulative distribution. Weights need not sum to one; those below
 * zero have no chance.
 *
 * @param uniform in (0, 1).
 */
export function drawCategorical(weights: Float64Array, uniform: number): number {
  let total = 0;
  for (const weight of weights) if (weight > 0) total += weight;
  const place = uniform * total;
  let [cumulative, last] = [0, 0];
  for (let outcome = 0; outcome < weights.length; outcome++) {
    const weight = weights[outcome]!;
    if (!(weight > 0)) continue;
    cumulative += weight;
    last = outcome;
    if (cumulative > place) break;
  }
  return last;
}

/** The outcome of the greatest weight, the first of equals. */
export function argmax(weights: Float64Array): number {
  let best = 0;
  for (let outcome = 1; outcome < weights.length; outcome++) {
    if (weights[outcome]! > weights[best]!) best = outcome;
  }
  return best;
}

const tiny = Math.fround(1e-10);
/** The smallest denominator that a race can draw: that of the uniform 1 - 2^-24. */
const luckiest = gumbelDenominator(1 - 2 ** -24);

/**
 * The float32 Gumbel race of MDLM, SDTT and SEDD (`_sample_categorical`): the greatest of weight / (1e-10 - log(u + 1e-10)).
 *
 * It is not the distribution of the weights. Uniforms end at 1 - 2^-24, so that no outcome can be luckier than a Gumbel of 16.6:
 * one far less likely than the others wins more seldom than it should, which acts like a lower temperature.
 *
 * @param uniform24 gives the uniform of an outcome on the grid k / 2^24 in [0, 1).
 */
export function gumbelRace(weights: Float64Array, uniform24: (outcome: number) => number): number {
  let [best, winner] = [0, 0];
  // Backwards, the first of equals still wins; and the mask, the last outcome and often the heaviest, starts: most
  // others cannot beat it at their luckiest and need no uniform.
  for (let outcome = weights.length - 1; outcome >= 0; outcome--) {
    const weight = Math.fround(weights[outcome]!);
    if (!(Math.fround(weight / luckiest) >= best)) continue;
    const value = Math.fround(weight / gumbelDenominator(uniform24(outcome)));
    if (value >= best) [best, winner] = [value, outcome];
  }
  return winner;
}

function gumbelDenominator(uniform: number): number {
  return Math.fround(tiny - Math.fround(Math.log(Math.fround(uniform + tiny))));
}
