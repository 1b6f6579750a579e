import type { RandomStream } from "@sdtt/core";
import { adaptiveReveals } from "./adaptive-reveals.ts";
import type { AllowedTokens } from "./allowed-tokens.ts";
import { blockReveals } from "./block-reveals.ts";
import { confidenceRemasking } from "./confidence-remasking.ts";
import { correctorReveals } from "./corrector-reveals.ts";
import { createMaskChain } from "./mask-chain.ts";
import { plannedReveals } from "./planned-reveals.ts";
import { remaskingReveals } from "./remasking-reveals.ts";
import { confidenceFactor, confidenceThreshold, entropyBound } from "./reveal-criteria.ts";
import type { RevealCriterion } from "./reveal-criteria.ts";
import { checkReveal } from "./reveal-options.ts";
import type { RevealOptions } from "./reveal-options.ts";
import { firstHittingTimes, gridTimes } from "./reveal-times.ts";
import { runRule } from "./run-rule.ts";
import type { RevealRule } from "./run-rule.ts";
import { isRemasking, takesSteps } from "./sampler.ts";
import { logLinearSchedule, maskProbability } from "./schedules.ts";
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
 * A sequence that is revealed by the distribution of its sampler. Throws `usage` for options out of range, and `apply` does for draws
 * without the entropies that `entropy-bounded` asks for.
 */
export function createSequence(options: SequenceOptions): Sequence {
  const { template, vocabSize, maskId, stream, project, allowed } = options;
  checkReveal(options);
  const place = { length: template.length, stream: stream.child("reveal") };
  const open = [...template.keys()].filter((position) => template[position] === maskId);
  const rule = correctedRule(options, open, place);
  return runRule({ rule, template, vocabSize, maskId, stream, project, allowed });
}

interface Place {
  readonly length: number;
  readonly stream: RandomStream;
}

function correctedRule(options: RevealOptions, open: readonly number[], place: Place): RevealRule {
  const { correctorSteps: steps = 0, schedule = logLinearSchedule(), blocks = 1 } = options;
  const ruleOf = (options: RevealOptions) =>
    blocks > 1 && open.length > 1 ? ruleOfBlocks(options, open, place) : ruleOfText(options, place);
  if (steps === 0) return ruleOf(options);
  return correctorReveals({
    rule: ruleOf({ ...options, finalPass: false }),
    steps,
    open,
    length: place.length,
    maskedAtStart: maskProbability(schedule, 1),
    stream: place.stream.child("corrector"),
  });
}

function ruleOfText(options: RevealOptions, place: Place): RevealRule {
  const {
    sampler = "ancestral",
    schedule = logLinearSchedule(),
    order = "random",
    finalPass = true,
  } = options;
  const steps = options.steps!;
  const adaptive = (criterion: RevealCriterion) => adaptiveReveals({ criterion, schedule, ...place });
  if (isRemasking(sampler)) {
    const chain = createMaskChain({ ...options, sampler, schedule, steps, finalPass });
    return (sampler === "remdm-conf" ? confidenceRemasking : remaskingReveals)({ chain, ...place });
  }
  switch (sampler) {
    case "entropy-bounded":
      return adaptive(entropyBound(options.gamma ?? 0.1));
    case "confidence-threshold":
      return adaptive(confidenceThreshold(options.threshold ?? 0.9));
    case "confidence-factor":
      return adaptive(confidenceFactor(options.factor ?? 1));
    case "first-hitting":
      return plannedReveals({ times: firstHittingTimes(schedule), order, ...place });
    default:
      return plannedReveals({ times: gridTimes(schedule, steps, finalPass), order, ...place });
  }
}

/** The same rule in each block; a grid's steps are divided as evenly as they can be. */
function ruleOfBlocks(options: RevealOptions, open: readonly number[], place: Place): RevealRule {
  const { sampler = "ancestral", schedule = logLinearSchedule(), steps = 0 } = options;
  const blocks = Math.min(options.blocks!, open.length);
  const part = (block: number) =>
    Math.floor(((block + 1) * steps) / blocks) - Math.floor((block * steps) / blocks);
  return blockReveals({
    open,
    blocks,
    length: place.length,
    maskedAtStart: maskProbability(schedule, 1),
    ruleFor: (block) =>
      ruleOfText(
        { ...options, finalPass: false, ...(takesSteps(sampler) ? { steps: part(block) } : {}) },
        { ...place, stream: place.stream.child(`block ${block}`) },
      ),
    stepsOf: (block, masked) => (takesSteps(sampler) ? part(block) : masked),
  });
}
