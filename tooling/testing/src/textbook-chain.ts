import type { ToyDenoiser } from "./toy-denoiser.ts";

export interface TextbookChainOptions {
  readonly denoiser: ToyDenoiser;
  readonly steps: number;
  /** The probability that a step reveals a masked position. */
  readonly revealProbability: (step: number, position: number) => number;
  /** The probability that a step masks a revealed one again; it does not unless given. */
  readonly remaskProbability?: ((step: number, position: number, tokens: Int32Array) => number) | undefined;
  /** What becomes of the positions that the steps left masked: nothing unless given. */
  readonly final?: "argmax" | "draw" | undefined;
  /** A last word on the tokens, before the first step and after every step. */
  readonly project?: ((tokens: Int32Array, stepsDone: number) => Int32Array) | undefined;
}

/**
 * The distribution of the reverse chain from all masks, by enumeration: in every step every masked position independently stays or
 * takes a token of the denoiser's distribution, and every other one stays or is masked again.
 *
 * @returns the probabilities of all states, `[vocabSize ** length]`, at the start, after every step and, if there is
 * one, after the final pass. State n has the digits of n in base `vocabSize`, the first position the highest.
 */
export function textbookChain(options: TextbookChainOptions): Float64Array[] {
  const { denoiser, steps, revealProbability, remaskProbability = () => 0 } = options;
  const { final, project = (tokens) => tokens } = options;
  const { length, vocabSize, maskId } = denoiser;
  const states = vocabSize ** length;

  /** The distributions of the next token at each position: V outcomes, the mask among them. */
  function distributionsOfStep(tokens: Int32Array, step: number): Float64Array[] {
    return Array.from(tokens, (id, position) => {
      if (id !== maskId) {
        const remask = step < steps ? remaskProbability(step, position, tokens) : 0;
        return oneHot(id, vocabSize).map((kept, outcome) =>
          outcome === maskId ? remask : kept * (1 - remask),
        );
      }
      const distribution = denoiser.distribution(tokens, position);
      if (step === steps)
        return final === "argmax"
          ? oneHot(distribution.indexOf(Math.max(...distribution)), vocabSize)
          : distribution;
      const reveal = revealProbability(step, position);
      return distribution.map((probability, outcome) =>
        outcome === maskId ? 1 - reveal : probability * reveal,
      );
    });
  }

  function advance(before: Float64Array, step: number): Float64Array {
    const after = new Float64Array(states);
    for (const [state, probability] of before.entries()) {
      if (probability === 0) continue;
      const distributions = distributionsOfStep(tokensOfState(denoiser, state), step);
      for (let next = 0; next < states; next++) {
        const outcome = tokensOfState(denoiser, next);
        const chance = distributions.reduce(
          (product, distribution, position) => product * distribution[outcome[position]!]!,
          1,
        );
        after[stateOfTokens(denoiser, project(outcome, step + 1))]! += probability * chance;
      }
    }
    return after;
  }

  const masks = new Int32Array(length).fill(maskId);
  const distributions: Float64Array[] = [new Float64Array(states)];
  distributions[0]![stateOfTokens(denoiser, project(masks, 0))] = 1;
  for (let step = 0; step < (final ? steps + 1 : steps); step++)
    distributions.push(advance(distributions[step]!, step));
  return distributions;
}

export interface AdaptiveChainOptions {
  readonly denoiser: ToyDenoiser;
  /** Which of a pass's draws stand, one for each masked position: at least one. */
  readonly stands: (drawn: readonly DrawnPosition[]) => readonly boolean[];
}

export interface DrawnPosition {
  /** The distribution that the token was drawn from, `[vocabSize]`. */
  readonly distribution: Float64Array;
  readonly id: number;
}

/**
 * The distribution of an adaptive sampler from all masks, by enumeration: in every pass each masked position draws from the denoiser's
 * distribution, and what was drawn decides which draws stand; the others are forgotten.
 *
 * @returns the probabilities of all states, as `textbookChain` numbers them, at the start and after each of `length` passes.
 */
export function adaptiveChain({ denoiser, stands }: AdaptiveChainOptions): Float64Array[] {
  const { length, vocabSize, maskId } = denoiser;
  const states = vocabSize ** length;

  function advance(before: Float64Array): Float64Array {
    const after = new Float64Array(states);
    for (const [state, probability] of before.entries()) {
      if (probability === 0) continue;
      const tokens = tokensOfState(denoiser, state);
      const masked = [...tokens.keys()].filter((position) => tokens[position] === maskId);
      const distributions = masked.map((position) => denoiser.distribution(tokens, position));
      for (let outcome = 0; outcome < maskId ** masked.length; outcome++) {
        const drawn = distributions.map((distribution, i) => ({
          distribution,
          id: Math.floor(outcome / maskId ** i) % maskId,
        }));
        const chance = drawn.reduce((product, { distribution, id }) => product * distribution[id]!, 1);
        const next = tokens.slice();
        if (masked.length > 0) {
          stands(drawn).forEach((isKept, i) => isKept && (next[masked[i]!] = drawn[i]!.id));
        }
        after[stateOfTokens(denoiser, next)]! += probability * chance;
      }
    }
    return after;
  }

  const distributions: Float64Array[] = [new Float64Array(states)];
  distributions[0]![stateOfTokens(denoiser, new Int32Array(length).fill(maskId))] = 1;
  for (let pass = 0; pass < length; pass++) distributions.push(advance(distributions[pass]!));
  return distributions;
}

/** How often each state of `textbookChain` occurs in a grid of texts. */
export function countStates(denoiser: ToyDenoiser, tokens: Int32Array): number[] {
  const { length, vocabSize } = denoiser;
  const counts = Array.from({ length: vocabSize ** length }, () => 0);
  for (let begin = 0; begin < tokens.length; begin += length) {
    counts[stateOfTokens(denoiser, tokens.subarray(begin, begin + length))]!++;
  }
  return counts;
}

function stateOfTokens({ vocabSize }: ToyDenoiser, tokens: Int32Array): number {
  return tokens.reduce((state, id) => state * vocabSize + id, 0);
}

function tokensOfState({ length, vocabSize }: ToyDenoiser, state: number): Int32Array {
  return Int32Array.from(
    { length },
    (_, position) => Math.floor(state / vocabSize ** (length - 1 - position)) % vocabSize,
  );
}

function oneHot(id: number, size: number): Float64Array {
  return new Float64Array(size).fill(1, id, id + 1);
}
