/** Points of a curve, from (1, 0) to (0, 1). */
export type Curve = readonly (readonly [x: number, y: number])[];

export interface CurveOptions {
  /** The factor c before both divergences. */
  readonly scaling: number;
  /** Mixtures between both distributions. */
  readonly mixtures: number;
}

/**
 * The divergence curve of two distributions over the same clusters (Pillutla et al. 2021, arXiv 2102.01454, equation 1): for mixtures
 * R = w P + (1 - w) Q the points (exp(-c KL(Q | R)), exp(-c KL(P | R))), with w equally spaced from 1e-6 to 1 - 1e-6, and the
 * ends (1, 0) and (0, 1).
 */
export function divergenceCurve(
  p: ArrayLike<number>,
  q: ArrayLike<number>,
  { scaling, mixtures }: CurveOptions,
): Curve {
  const inner = Array.from({ length: mixtures }, (_, i) => {
    const weight = 1e-6 + (i / (mixtures - 1)) * (1 - 2e-6);
    const mixture = Float64Array.from(p, (of, k) => weight * of + (1 - weight) * q[k]!);
    return [
      Math.exp(-scaling * divergence(q, mixture)),
      Math.exp(-scaling * divergence(p, mixture)),
    ] as const;
  });
  return [[1, 0], ...inner, [0, 1]];
}

/**
 * The area between a curve and its axes, by trapezoids. The published protocol takes the mean of the areas over the first and over the
 * second axis; between the ends (1, 0) and (0, 1) both are the same number, since their difference is the sum of
 * x y between neighbours, which is 0 at both ends.
 */
export function areaUnder(curve: Curve): number {
  let area = 0;
  for (let i = 1; i < curve.length; i++) {
    const [[x0, y0], [x1, y1]] = [curve[i - 1]!, curve[i]!];
    area += ((x0 - x1) * (y0 + y1)) / 2;
  }
  return area;
}

/** KL(p | r) in nats; what p has no part in adds nothing. */
function divergence(p: ArrayLike<number>, r: Float64Array): number {
  return r.reduce((sum, of, k) => (p[k]! > 0 ? sum + p[k]! * Math.log(p[k]! / of) : sum), 0);
}
