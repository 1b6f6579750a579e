import { SdttError } from "@sdtt/core";
import { checkInteger, checkNumber, checkOneOf } from "./check.ts";
import type { RevealOrder } from "./planned-reveals.ts";
import { samplers, takesSteps } from "./sampler.ts";
import type { Sampler } from "./sampler.ts";
import type { Schedule } from "./schedules.ts";

/** When and in which order a sequence is revealed. An option of one sampler is refused by the others. */
export interface RevealOptions {
  /** Steps on the grid, at least 1: of `ancestral` and `analytic`, which need it. */
  readonly steps?: number | undefined;
  /** `ancestral` unless given. */
  readonly sampler?: Sampler | undefined;
  /**
   * Log-linear unless given. Samplers without a grid ask at the level that the masks themselves show: `first-hitting` at the
   * time of each reveal, adaptive ones at the share of positions that are masked.
   */
  readonly schedule?: Schedule | undefined;
  /**
   * `random` unless given. `confidence` reveals as many positions a step, but those whose draws are the likeliest. It
   * asks at all masked positions, it is not the law of the chain, and it hurts models of this family: text repeats
   * itself, its entropy falls. Adaptive samplers have their own order and take none.
   */
  readonly order?: RevealOrder | undefined;
  /**
   * Of `entropy-bounded`: what the entropies of the positions of a pass, the greatest left out, stay below, in nats. At
   * least 0: at 0 a pass reveals one position, at Infinity all of them. 0.1 unless given.
   */
  readonly gamma?: number | undefined;
  /** Of `confidence-threshold`: the probability from which a draw stands, in (0, 1]; 0.9 unless given. */
  readonly threshold?: number | undefined;
  /**
   * Of `confidence-factor`: r draws stand while the r-th likeliest has a probability of at least 1 - factor / (r + 1). At
   * least 0; 1 unless given.
   */
  readonly factor?: number | undefined;
}

/** Refuses contradictory or impossible options. */
export function checkReveal(options: RevealOptions): void {
  const { steps, sampler = "ancestral", order } = options;
  checkOneOf("sampler", sampler, samplers);
  checkOneOf("order", order ?? "random", ["random", "confidence"]);
  checkSteps(steps, sampler);
  if (isAdaptive(sampler) && order !== undefined) {
    throw new SdttError(
      "usage",
      `The ${sampler} sampler has an order of its own; got order = ${order}: leave it out.`,
    );
  }
  checkBound("gamma", options.gamma, "entropy-bounded", sampler);
  checkBound("threshold", options.threshold, "confidence-threshold", sampler);
  checkBound("factor", options.factor, "confidence-factor", sampler);
  if (options.threshold !== undefined) checkNumber("threshold", options.threshold, { above: 0, atMost: 1 });
}

function isAdaptive(sampler: Sampler): boolean {
  return !takesSteps(sampler) && sampler !== "first-hitting";
}

function checkSteps(steps: number | undefined, sampler: Sampler): void {
  if (takesSteps(sampler)) return checkInteger("steps", steps ?? Number.NaN, 1);
  if (steps === undefined) return;
  const passes =
    sampler === "first-hitting" ? "takes one step per masked position" : "takes as many passes as it needs";
  throw new SdttError("usage", `The ${sampler} sampler ${passes}; got steps = ${steps}: leave it out.`);
}

/** Refuses the bound of another sampler, and one below 0. */
function checkBound(name: string, value: number | undefined, owner: Sampler, sampler: Sampler): void {
  if (value === undefined) return;
  if (sampler !== owner) {
    throw new SdttError(
      "usage",
      `${name} is an option of the ${owner} sampler; got ${name} = ${value} for ${sampler}: leave it out.`,
    );
  }
  if (value >= 0) return;
  throw new SdttError("usage", `${name} must be a number of at least 0; got ${value}.`);
}
