/** All samplers, the default first. */
export const samplers = [
  "ancestral",
  "analytic",
  "first-hitting",
  "entropy-bounded",
  "confidence-threshold",
  "confidence-factor",
] as const;

/**
 * `ancestral` and `analytic` walk a grid of times and are one law, so that they give the same text. `first-hitting` is
 * the chain in continuous time: a pass for every position, the limit of many steps.
 *
 * The others are adaptive: every pass asks at all masked positions, and what the model answers decides how many of its
 * draws stand. `entropy-bounded` (Ben-Hamu et al. 2025) reveals the surest positions as long as their entropies together
 * stay below a bound. `confidence-threshold` and `confidence-factor` (Fast-dLLM, Wu et al. 2025) reveal the draws that are
 * likely enough; a choice by what was drawn favours likely tokens, so that entropy falls.
 */
export type Sampler = (typeof samplers)[number];

/** Whether a sampler walks a grid of so many steps. The others take as many passes as they need. */
export function takesSteps(sampler: Sampler): boolean {
  return sampler === "ancestral" || sampler === "analytic";
}
