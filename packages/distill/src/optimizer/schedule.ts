import { SdttError } from "@sdtt/core";

/** How the learning rate moves: up from 0 over `warmupSteps`, then as `after` says. */
export interface LearningRateSchedule {
  /** The rate after the warm-up. The paper distils at 6e-5, MDLM trains at 3e-4. */
  readonly peak: number;
  readonly warmupSteps: number;
  /** `constant`, as the paper; or down along a half cosine to `floor` (a share of the peak) at `totalSteps`. */
  readonly after:
    | { readonly kind: "constant" }
    | { readonly kind: "cosine"; readonly totalSteps: number; readonly floor?: number };
}

/** The learning rate of step n, which counts from 1. */
export function learningRateAt({ peak, warmupSteps, after }: LearningRateSchedule, step: number): number {
  if (step <= warmupSteps) return (peak * step) / warmupSteps;
  if (after.kind === "constant") return peak;
  const { totalSteps, floor = 0 } = after;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return peak * (floor + ((1 - floor) * (1 + Math.cos(Math.PI * progress))) / 2);
}

/** Throws `usage` for a schedule that cannot be. */
export function checkSchedule({ peak, warmupSteps }: LearningRateSchedule): void {
  if (!(peak > 0 && Number.isFinite(peak))) {
    throw new SdttError("usage", `The learning rate must be above 0; got ${peak}.`);
  }
  if (!Number.isSafeInteger(warmupSteps) || warmupSteps < 0) {
    throw new SdttError("usage", `Warm-up steps are a whole number from 0; got ${warmupSteps}.`);
  }
}
