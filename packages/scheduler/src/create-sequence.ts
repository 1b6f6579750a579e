import type { RandomStream } from "@sdtt/core";
import { adaptiveReveals } from "./adaptive-reveals.ts";
import type { AllowedTokens } from "./allowed-tokens.ts";
import { plannedReveals } from "./planned-reveals.ts";
import { confidenceFactor, confidenceThreshold, entropyBound } from "./reveal-criteria.ts";
import type { RevealCriterion } from "./reveal-criteria.ts";
import { checkReveal } from "./reveal-options.ts";
import type { RevealOptions } from "./reveal-options.ts";
import { firstHittingTimes, gridTimes } from "./reveal-times.ts";
import { runRule } from "./run-rule.ts";
import type { RevealRule } from "./run-rule.ts";
import { logLinearSchedule } from "./schedules.ts";
import type { Sequence, SequenceProjection } from "./sequence.ts";

export interface SequenceOptions extends RevealOptions {
  /** Ids, `[length]`; the mask where the sampler shall write. */
  readonly template: Int32Array;
  readonly vocabSize: number;
  readonly maskId: number;
  /** The sequence's own stream. */
  readonly stream: RandomStream;
  readonly project?: SequenceProjection | undefined;
  /** What single positions may become. */
  readonly allowed?: AllowedTokens | undefined;
}

/**
 * A sequence that is revealed by the law of its sampler. Throws `usage` for options out of range, and `apply` does for draws
 * without the entropies that `entropy-bounded` asks for.
 */
export function createSequence(options: SequenceOptions): Sequence {
  const { template, vocabSize, maskId, stream, project, allowed } = options;
  checkReveal(options);
  const rule = revealRule(options, template.length, stream.child("reveal"));
  return runRule({ rule, template, vocabSize, maskId, stream, project, allowed });
}

function revealRule(options: RevealOptions, length: number, stream: RandomStream): RevealRule {
  const { steps, schedule = logLinearSchedule(), order = "random" } = options;
  const adaptive = (criterion: RevealCriterion) => adaptiveReveals({ criterion, schedule, length, stream });
  switch (options.sampler) {
    case "entropy-bounded":
      return adaptive(entropyBound(options.gamma ?? 0.1));
    case "confidence-threshold":
      return adaptive(confidenceThreshold(options.threshold ?? 0.9));
    case "confidence-factor":
      return adaptive(confidenceFactor(options.factor ?? 1));
    case "first-hitting":
      return plannedReveals({ times: firstHittingTimes(schedule), order, length, stream });
    default:
      return plannedReveals({ times: gridTimes(schedule, steps!), order, length, stream });
  }
}
