import type { ReportRow } from "./report-row.ts";

/** Where along its steps a model becomes as good as something else. */
export interface StepsToReach {
  /**
   * `about`: `steps` lies between two measurements, or on one; `at-most`: the fewest steps measured are enough already;
   * `more-than`: the most steps measured are not enough.
   */
  readonly kind: "about" | "at-most" | "more-than";
  readonly steps: number;
  /** Of the model's texts there, in nats: interpolated, or that of the measurement at the end. */
  readonly unigramEntropy: number;
}

/**
 * The steps at which the nats per token of a model first come down to `nats`: between two measurements on a straight line
 * over the logarithm of steps.
 *
 * @param curve - a model by ascending steps, at least one: measurements, or points of its frontiers.
 */
export function stepsToReach(
  curve: readonly Pick<ReportRow, "steps" | "nats" | "unigramEntropy">[],
  nats: number,
): StepsToReach {
  const reached = curve.findIndex((row) => row.nats <= nats);
  if (reached < 0) {
    const { steps, unigramEntropy } = curve.at(-1)!;
    return { kind: "more-than", steps, unigramEntropy };
  }
  const [before, after] = [curve[reached - 1], curve[reached]!];
  if (after.nats === nats) return { kind: "about", steps: after.steps, unigramEntropy: after.unigramEntropy };
  if (!before) return { kind: "at-most", steps: after.steps, unigramEntropy: after.unigramEntropy };
  const share = (before.nats - nats) / (before.nats - after.nats);
  return {
    kind: "about",
    steps: before.steps * (after.steps / before.steps) ** share,
    unigramEntropy: before.unigramEntropy + share * (after.unigramEntropy - before.unigramEntropy),
  };
}
