import type { AdamWSettings } from "../programs/optimizer-programs.ts";
import type { LearningRateSchedule } from "./schedule.ts";
import { learningRateAt } from "./schedule.ts";

export interface AdamWOptions {
  readonly learningRate: LearningRateSchedule;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Decoupled; 0 in the paper. */
  readonly weightDecay?: number;
  /** The gradient is scaled down to this norm at most; Infinity leaves it. 1 in the paper. */
  readonly clipNorm?: number;
  /** Decay of the moving average of the weights; 0.9999 in the paper. */
  readonly averageDecay?: number;
}

/**
 * The numbers of one update.
 *
 * @param step - updates since the optimizer began, this one included.
 * @param averageStep - updates of the moving average, this one included: rounds may reset one and not the other.
 */
export function adamWSettingsAt(
  options: AdamWOptions,
  at: { step: number; averageStep: number; gradientNorm: number },
): AdamWSettings {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
  const { clipNorm = 1, averageDecay = 0.9999 } = options;
  const rate = learningRateAt(learningRate, at.step);
  return {
    gradientScale: Math.min(1, clipNorm / (at.gradientNorm + 1e-6)),
    beta1,
    beta2,
    epsilon,
    stepSize: rate / (1 - beta1 ** at.step),
    secondCorrection: Math.sqrt(1 - beta2 ** at.step),
    shrink: 1 - rate * weightDecay,
    averageDecay: Math.min(averageDecay, (1 + at.averageStep) / (10 + at.averageStep)),
  };
}
