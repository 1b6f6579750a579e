import { SdttError } from "@sdtt/core";
import { checkInteger, checkNumber, checkOneOf, checkWithin } from "./check.ts";
import { greatestLoopEta } from "./mask-chain.ts";
import { revealOrders } from "./planned-reveals.ts";
import type { RevealOrder } from "./planned-reveals.ts";
import { isRemasking, leastSteps, samplers, takesOrder, takesSteps } from "./sampler.ts";
import type { Sampler } from "./sampler.ts";
import type { Schedule } from "./schedules.ts";

/** When and in which order a sequence is revealed. An option of one sampler is refused by the others. */
export interface RevealOptions {
  /** Steps on the grid, at least 1: of samplers that have one, which need it. Remasking ones take 3 to 65,536, `remdm-loop` at least 4. */
  readonly steps?: number | undefined;
  /** `ancestral` unless given. */
  readonly sampler?: Sampler | undefined;
  /**
   * Log-linear unless given. Samplers without a grid ask at the level that the masks themselves show: `first-hitting` at the
   * time of each reveal, adaptive ones at the share of positions that are masked. `remdm-loop` has a schedule of its own.
   */
  readonly schedule?: Schedule | undefined;
  /**
   * Of samplers that walk the chain as it is, and of `first-hitting`; the others have their own. `random` unless given.
   *
   * `spread` reveals neighbours in different steps (`spreadLevels`). Each position is revealed at the chain's time, but
   * those of one step are far apart and depend little on each other, so that drawing them at once costs less: the fewer the
   * steps, the more it gains. It is not the distribution of the chain.
   *
   * `confidence` reveals as many positions a step as `random`, but those whose draws are the likeliest. It
   * asks at all masked positions, and it hurts models of this family: text repeats itself, its entropy falls.
   */
  readonly order?: RevealOrder | undefined;
  /**
   * Of samplers with a grid: whether what the last step leaves masked, one position in 100,000, takes its likeliest token in one
   * more pass, as published. Otherwise the last step draws all that is masked. True unless given; with blocks it is false.
   */
  readonly finalPass?: boolean | undefined;
  /**
   * Writes the text in so many blocks from left to right, equal parts of the positions to write; steps are divided among them. At
   * least 1, which is the whole text at once, unless given.
   */
  readonly blocks?: number | undefined;
  /**
   * Steps after the sampler's own, each of which masks a fourth of what was written, no two neighbours, and draws it again given the
   * rest: a sweep of a Gibbs sampler in four steps, which corrects what was drawn at once. From 0, which is none unless given, to 65,536.
   * What the last step of a grid leaves masked is then drawn, as without `finalPass`.
   */
  readonly correctorSteps?: number | undefined;
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
  /**
   * Of `remdm-cap` and `remdm-loop`: the probability that a step masks a written token again, where the chain allows as much; of
   * `remdm-rescale`: the part of the greatest probability that the step allows. In [0, 1], of `remdm-loop` at most 1/9; 0.02 unless given.
   */
  readonly eta?: number | undefined;
  /** Of `psi`: the part of the chain's own step, in [0, 1]; 1 masks nothing again. 0.98 unless given. */
  readonly kappa?: number | undefined;
}

/** Of an object with more in it, what decides how a sequence is revealed. */
export function revealOptionsOf(options: RevealOptions): RevealOptions {
  const { steps, sampler, schedule, order, finalPass, blocks, correctorSteps } = options;
  const { gamma, threshold, factor, eta, kappa } = options;
  const own = { gamma, threshold, factor, eta, kappa };
  return { steps, sampler, schedule, order, finalPass, blocks, correctorSteps, ...own };
}

/** Refuses contradictory or impossible options. */
export function checkReveal(options: RevealOptions): void {
  const { steps, sampler = "ancestral", order, finalPass, blocks = 1, correctorSteps = 0, eta } = options;
  checkOneOf("sampler", sampler, samplers);
  checkOneOf("order", order ?? "random", revealOrders);
  checkInteger("blocks", blocks, 1);
  checkInteger("correctorSteps", correctorSteps, 0, mostSteps);
  checkSteps(steps, sampler, blocks);
  if (order !== undefined && !takesOrder(sampler)) {
    throw new SdttError(
      "usage",
      `The ${sampler} sampler has an order of its own; got order = ${order}: leave it out.`,
    );
  }
  if (finalPass !== undefined && (!takesSteps(sampler) || blocks > 1 || correctorSteps > 0)) {
    const lacking =
      correctorSteps > 0
        ? "A text with corrector steps"
        : blocks > 1
          ? "A text in blocks"
          : `The ${sampler} sampler`;
    throw new SdttError("usage", `${lacking} has no final pass; got finalPass = ${finalPass}: leave it out.`);
  }
  checkOwner("gamma", options.gamma, sampler, ["entropy-bounded"]);
  checkOwner("threshold", options.threshold, sampler, ["confidence-threshold"]);
  checkOwner("factor", options.factor, sampler, ["confidence-factor"]);
  checkOwner("eta", eta, sampler, ["remdm-cap", "remdm-rescale", "remdm-loop"]);
  checkOwner("kappa", options.kappa, sampler, ["psi"]);
  if (options.gamma !== undefined) checkWithin("gamma", options.gamma, 0);
  if (options.factor !== undefined) checkWithin("factor", options.factor, 0);
  if (options.threshold !== undefined) checkNumber("threshold", options.threshold, { above: 0, atMost: 1 });
  if (eta !== undefined) checkWithin("eta", eta, 0, sampler === "remdm-loop" ? greatestLoopEta : 1);
  if (options.kappa !== undefined) checkWithin("kappa", options.kappa, 0, 1);
}

/** Steps of a remasking sampler, whose probabilities are laid out for all of them, and corrector steps. */
const mostSteps = 65_536;

function checkSteps(steps: number | undefined, sampler: Sampler, blocks: number): void {
  if (!takesSteps(sampler)) {
    if (steps === undefined) return;
    const passes =
      sampler === "first-hitting" ? "takes one step per masked position" : "takes as many passes as it needs";
    throw new SdttError("usage", `The ${sampler} sampler ${passes}; got steps = ${steps}: leave it out.`);
  }
  checkInteger("steps", steps ?? Number.NaN, 1);
  const least = leastSteps(sampler);
  if (steps! < least * blocks) {
    const reason = least === 1 ? "one step" : `${least} steps, to write, mask again and write again`;
    throw new SdttError(
      "usage",
      blocks === 1
        ? `The ${sampler} sampler needs at least ${reason}; got steps = ${steps}.`
        : `Each of ${blocks} blocks needs at least ${reason}: give at least ${least * blocks} steps or fewer blocks; got steps = ${steps}.`,
    );
  }
  if (isRemasking(sampler)) checkInteger("steps", steps!, least, mostSteps);
}

/** Refuses the option of another sampler. */
function checkOwner(
  name: string,
  value: number | undefined,
  sampler: Sampler,
  owners: readonly Sampler[],
): void {
  if (value === undefined || owners.includes(sampler)) return;
  const named =
    owners.length === 1
      ? `the ${owners[0]} sampler`
      : `the samplers ${owners.slice(0, -1).join(", ")} and ${owners.at(-1)}`;
  throw new SdttError(
    "usage",
    `${name} is an option of ${named}; got ${name} = ${value} for ${sampler}: leave it out.`,
  );
}
