/** All samplers, the default first. */
export const samplers = [
  "ancestral",
  "analytic",
  "first-hitting",
  "entropy-bounded",
  "confidence-threshold",
  "confidence-factor",
  "remdm-cap",
  "remdm-rescale",
  "remdm-loop",
  "remdm-conf",
  "psi",
] as const;

/**
 * `ancestral` and `analytic` walk a grid of times and are one distribution, so that they give the same text. `first-hitting` is
 * the chain in continuous time: a pass for every position, the limit of many steps.
 *
 * Adaptive ones ask at all masked positions in every pass, and what the model answers decides how many of its
 * draws stand. `entropy-bounded` (Ben-Hamu et al. 2025) reveals the surest positions as long as their entropies together
 * stay below a bound. `confidence-threshold` and `confidence-factor` (Fast-dLLM, Wu et al. 2025) reveal the draws that are
 * likely enough; a choice by what was drawn favours likely tokens, so that entropy falls.
 *
 * Remasking ones walk the grid and mask some of what they wrote again, so that a token can be corrected (ReMDM, Wang et al.
 * 2025): with the same probability at all positions and a cap on it (`remdm-cap`), as a part of the greatest that the step allows
 * (`remdm-rescale`), in the middle of the chain (`remdm-loop`), or sooner where a token was unlikely (`remdm-conf`). `psi` mixes
 * the chain's step with one that masks the whole text again, in constant parts (Psi-samplers, Deschenaux et al. 2026).
 */
export type Sampler = (typeof samplers)[number];

/** Those that mask again what they wrote. */
export type RemaskingSampler = Extract<Sampler, `remdm-${string}` | "psi">;

/** Whether a sampler walks a grid of so many steps. The others take as many passes as they need. */
export function takesSteps(sampler: Sampler): boolean {
  return sampler === "ancestral" || sampler === "analytic" || isRemasking(sampler);
}

/** Whether a sampler takes an order; the others have one of their own. */
export function takesOrder(sampler: Sampler): boolean {
  return sampler === "ancestral" || sampler === "analytic" || sampler === "first-hitting";
}

/** Whether a sampler masks again what it wrote. */
export function isRemasking(sampler: Sampler): sampler is RemaskingSampler {
  return sampler === "psi" || sampler.startsWith("remdm-");
}

/**
 * The fewest steps that a sampler with a grid makes sense with: one that masks again must have written before it and must
 * write after it, and `remdm-loop` needs a step that begins and ends in the middle of the chain.
 */
export function leastSteps(sampler: Sampler): number {
  if (sampler === "remdm-loop") return 4;
  return isRemasking(sampler) ? 3 : 1;
}

/** Whether a text is changed after it was written: by a sampler that masks again, or by corrector steps. */
export function rewrites({
  sampler,
  correctorSteps = 0,
}: {
  readonly sampler?: Sampler | undefined;
  readonly correctorSteps?: number | undefined;
}): boolean {
  return correctorSteps > 0 || (sampler !== undefined && isRemasking(sampler));
}
