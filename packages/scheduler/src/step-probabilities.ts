/** What one step does to a masked position, as weights over all V outcomes: the V - 1 tokens and staying masked. */
export interface AncestralStep {
  /** The model's distribution at the position, `[vocab]`; the mask's entry is not read. */
  readonly logProbs: ArrayLike<number>;
  readonly maskId: number;
  /** The probability of being masked before the step, at time t. */
  readonly maskedNow: number;
  /** The same after it, at time s < t. */
  readonly maskedNext: number;
}

/**
 * The ancestral step (MDLM, section 3.2.2; `q_xs` of the original): weights that sum to `maskedNow`. The mask keeps
 * `maskedNext`, the distribution of the model shares the rest.
 *
 * @param weights receives the weights, `[vocab]`; a new array unless given.
 */
export function ancestralStepProbabilities(
  { logProbs, maskId, maskedNow, maskedNext }: AncestralStep,
  weights: Float64Array = new Float64Array(logProbs.length),
): Float64Array {
  const revealed = maskedNow - maskedNext;
  for (let id = 0; id < weights.length; id++) weights[id] = Math.exp(logProbs[id]!) * revealed;
  weights[maskId] = maskedNext;
  return weights;
}

export interface ScoreStep {
  /** Log of the concrete score at the position, `[vocab]`; the mask's entry is not read. */
  readonly logScore: ArrayLike<number>;
  readonly maskId: number;
  /** How much of the score becomes probability: `analyticFactor` or `eulerFactor`. */
  readonly factor: number;
}

/**
 * A reverse step by a concrete score, under absorbing diffusion at a masked position (SEDD, section 4.1; the original's
 * analytic and Euler predictors, which differ in the factor alone). The weights sum to one, but a model's score may
 * leave the mask a negative weight: it then has no chance.
 *
 * @param weights receives the weights, `[vocab]`; a new array unless given.
 */
export function scoreStepProbabilities(
  { logScore, maskId, factor }: ScoreStep,
  weights: Float64Array = new Float64Array(logScore.length),
): Float64Array {
  let tokens = 0;
  for (let id = 0; id < weights.length; id++) {
    if (id === maskId) continue;
    const weight = Math.exp(logScore[id]!) * factor;
    weights[id] = weight;
    tokens += weight;
  }
  weights[maskId] = 1 - tokens;
  return weights;
}

/** Tweedie tau-leaping: exp(sigma_t - sigma_s) - 1, exact if the score is. */
export function analyticFactor(sigmaNow: number, sigmaNext: number): number {
  return Math.expm1(sigmaNow - sigmaNext);
}

/** Euler's method: the first order of `analyticFactor`, the step's length times the rate at its start. */
export function eulerFactor(stepSize: number, rate: number): number {
  return stepSize * rate;
}
