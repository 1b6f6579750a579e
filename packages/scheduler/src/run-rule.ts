import { SdttError } from "@sdtt/core";
import type { Draws, RandomStream } from "@sdtt/core";
import { allowedAt, checkAllowed } from "./allowed-tokens.ts";
import type { AllowedTokens } from "./allowed-tokens.ts";
import { checkIds } from "./check.ts";
import type { Sequence, SequenceChange, SequenceProjection, SequenceRequest } from "./sequence.ts";

/** Decides where: what a step asks the model about, and which of the answers stand. */
export interface RevealRule {
  /** Steps of the chain in all, when `stepsDone` of them are done and the positions `masked` are left. */
  steps(stepsDone: number, masked: readonly number[]): number;
  /** A position holds the mask: from the start, or because a projection put it back after `stepsDone` steps. */
  mask(position: number, stepsDone: number): void;
  /** The first step, from `step` on, that may ask about any of the positions that are masked. */
  nextToAsk(step: number, masked: readonly number[]): number;
  /**
   * What a step asks about: of the positions that are masked, or of others too, which are then masked for it. Called in the order of
   * the steps, at most once for each.
   */
  ask(step: number, masked: readonly number[]): Question;
  /** Which of the answers stand, as indices into the positions of the request. */
  keep(positions: Int32Array, draws: Draws): readonly number[];
  /** Which positions a step masks again as it ends, of those written before it; none unless given. After `ask`, and `keep`. */
  maskAgain?(step: number): readonly number[];
  /** Whether a step from `step` on may mask a position again; none does unless given. */
  isOpen?(step: number): boolean;
}

interface Question {
  readonly positions: readonly number[];
  readonly sigma: number;
  readonly greedy: boolean;
  /** The answer is to hold the entropies of the distributions; not unless given. */
  readonly entropies?: boolean | undefined;
}

export interface RunRuleOptions {
  readonly rule: RevealRule;
  readonly template: Int32Array;
  readonly vocabSize: number;
  readonly maskId: number;
  readonly stream: RandomStream;
  readonly project?: SequenceProjection | undefined;
  readonly allowed?: AllowedTokens | undefined;
}

/** The state machine of a rule. */
export function runRule(options: RunRuleOptions): Sequence {
  const { rule, template, vocabSize, maskId, stream, project, allowed } = options;
  checkIds("template", template, vocabSize);
  checkAllowed(allowed, template.length, vocabSize);
  const tokens = template.slice();
  const { length } = tokens;
  const tokenStream = stream.child("token");
  const noiseStream = stream.child("noise input");
  const timesAsked = new Float64Array(length);
  let step = 0;
  let pending: SequenceRequest | undefined;
  /** Positions masked again since the last answer. */
  let remasked: number[] = [];
  const given = Int32Array.from([...tokens.keys()].filter((position) => tokens[position] !== maskId));

  for (const position of maskedPositions()) rule.mask(position, 0);
  projectTokens();

  function next(): SequenceRequest | undefined {
    while (!pending) {
      const masked = maskedPositions();
      const steps = rule.steps(step, masked);
      const nothingLeft = masked.length === 0 && !rule.isOpen?.(step) && (!project || step === steps);
      if (nothingLeft || step > steps) return undefined;
      // A projection has a say after every step; without one, steps that ask nothing are skipped at once.
      if (!project) step = rule.nextToAsk(step, masked);
      const { positions, sigma, greedy, entropies } = rule.ask(step, masked);
      if (positions.length > 0) {
        const uniforms = Float64Array.from(positions, freshUniform);
        const read = tokens.slice();
        for (const position of positions) {
          if (read[position] !== maskId) remasked.push(position);
          read[position] = maskId;
        }
        pending = {
          step,
          sigma,
          noiseSeed: noiseStream.uniform(step),
          tokens: read,
          positions: Int32Array.from(positions),
          uniforms,
          greedy,
          entropies,
          allowed: allowedAt(positions, allowed),
        };
      } else {
        endStep();
      }
    }
    return pending;
  }

  function apply(draws: Draws): SequenceChange {
    if (!pending) throw new SdttError("usage", "A sequence that requested no draws was given some.");
    const { positions } = pending;
    if (draws.ids.length !== positions.length || draws.logProbs.length !== positions.length) {
      throw new SdttError(
        "usage",
        `${positions.length} draws were asked for; got ${draws.ids.length} ids and ${draws.logProbs.length} log-probabilities.`,
      );
    }
    checkIds("draws", draws.ids, vocabSize);
    checkLogProbs(draws.logProbs, positions);
    if (pending.entropies) checkEntropies(draws.entropies, positions);
    const kept = rule.keep(positions, draws);
    const revealed = {
      positions: Int32Array.from(kept, (i) => positions[i]!),
      ids: Int32Array.from(kept, (i) => draws.ids[i]!),
      logProbs: Float32Array.from(kept, (i) => draws.logProbs[i]!),
    };
    for (const [i, position] of revealed.positions.entries()) tokens[position] = revealed.ids[i]!;
    pending = undefined;
    endStep();
    const change = { ...revealed, remasked: Int32Array.from(remasked) };
    remasked = [];
    return change;
  }

  function endStep(): void {
    for (const position of rule.maskAgain?.(step) ?? []) {
      tokens[position] = maskId;
      remasked.push(position);
    }
    step++;
    projectTokens();
  }

  function projectTokens(): void {
    if (!project) return;
    const projected = project(tokens.slice(), step);
    if (projected.length !== length) {
      throw new SdttError("usage", `project must return ${length} ids; got ${projected.length}.`);
    }
    checkIds("project's answer", projected, vocabSize);
    for (const [position, id] of projected.entries()) {
      if (id === maskId && tokens[position] !== maskId) rule.mask(position, step);
      tokens[position] = id;
    }
  }

  /** A position is asked more than once where an answer did not stand or a projection masked it again. */
  function freshUniform(position: number): number {
    return tokenStream.uniform(timesAsked[position]!++ * length + position);
  }

  function maskedPositions(): number[] {
    const masked: number[] = [];
    for (let position = 0; position < length; position++) {
      if (tokens[position] === maskId) masked.push(position);
    }
    return masked;
  }

  return {
    tokens,
    given,
    get steps() {
      return rule.steps(step, maskedPositions());
    },
    next,
    apply,
  };
}

/** Refuses draws from a distribution that is none. The mask, as an outcome of the chain, has the log-probability -Infinity. */
function checkLogProbs(logProbs: Float32Array, positions: Int32Array): void {
  const broken = logProbs.findIndex((logProb) => !(logProb < Infinity));
  if (broken < 0) return;
  throw new SdttError(
    "numeric",
    `The model drew a token of log-probability ${logProbs[broken]} at position ${positions[broken]}: its output is not finite.`,
  );
}

/** Refuses draws that come without the entropies that were asked for, or with some that are none. */
function checkEntropies(entropies: Float32Array | undefined, positions: Int32Array): void {
  if (!entropies) {
    throw new SdttError(
      "usage",
      "The sampler needs the entropy of each row, but this denoiser's draw returns no `entropies`: take another sampler, or return them.",
    );
  }
  if (entropies.length !== positions.length) {
    throw new SdttError(
      "usage",
      `${positions.length} draws were asked for; got ${entropies.length} entropies.`,
    );
  }
  const broken = entropies.findIndex((entropy) => !(entropy >= 0 && entropy < Infinity));
  if (broken < 0) return;
  throw new SdttError(
    "numeric",
    `The model gives an entropy of ${entropies[broken]} at position ${positions[broken]}: its output is not a distribution.`,
  );
}
