import type { HiddenMarkovSource } from "./hidden-markov-source.ts";

/**
 * The distribution of the token at each position given the tokens at all *other* positions, `[length, tokens]`: forward-backward over
 * what is revealed, masked positions summed out (Rabiner 1989, section III). Exact up to rounding. Any id that is not
 * below the source's tokens is a mask.
 */
export function posteriorDistributions(source: HiddenMarkovSource, text: ArrayLike<number>): Float64Array {
  const { states, tokens, emissions } = source;
  const before = predictions(source, text);
  const after = backwardMessages(source, text);
  const distributions = new Float64Array(text.length * tokens);
  for (let position = 0; position < text.length; position++) {
    const distribution = distributions.subarray(position * tokens, (position + 1) * tokens);
    for (let state = 0; state < states; state++) {
      const weight = before[position * states + state]! * after[position * states + state]!;
      for (let token = 0; token < tokens; token++)
        distribution[token]! += weight * emissions[state * tokens + token]!;
    }
    normalize(distribution);
  }
  return distributions;
}

/** The log-probability of a complete text. */
export function logLikelihood(source: HiddenMarkovSource, text: ArrayLike<number>): number {
  const { states, tokens, emissions } = source;
  const before = predictions(source, text);
  let total = 0;
  for (let position = 0; position < text.length; position++) {
    let probability = 0;
    for (let state = 0; state < states; state++) {
      probability += before[position * states + state]! * emissions[state * tokens + text[position]!]!;
    }
    total += Math.log(probability);
  }
  return total;
}

/** The distribution of the state at each position given the tokens before it, `[length, states]`. */
function predictions(source: HiddenMarkovSource, text: ArrayLike<number>): Float64Array {
  const { states, initial, transitions } = source;
  const result = new Float64Array(text.length * states);
  result.set(initial);
  for (let position = 1; position < text.length; position++) {
    const previous = (position - 1) * states;
    const own = result.subarray(position * states, (position + 1) * states);
    for (let from = 0; from < states; from++) {
      const weight = result[previous + from]! * evidence(source, from, text[position - 1]!);
      for (let to = 0; to < states; to++) own[to]! += weight * transitions[from * states + to]!;
    }
    normalize(own);
  }
  return result;
}

/** In proportion to the probability of the tokens after each position given its state, `[length, states]`. */
function backwardMessages(source: HiddenMarkovSource, text: ArrayLike<number>): Float64Array {
  const { states, transitions } = source;
  const result = new Float64Array(text.length * states).fill(1);
  for (let position = text.length - 2; position >= 0; position--) {
    const own = result.subarray(position * states, (position + 1) * states).fill(0);
    for (let to = 0; to < states; to++) {
      const weight = result[(position + 1) * states + to]! * evidence(source, to, text[position + 1]!);
      for (let from = 0; from < states; from++) own[from]! += weight * transitions[from * states + to]!;
    }
    normalize(own);
  }
  return result;
}

/** The probability of what is seen at a position, given its state: of a mask 1. */
function evidence({ tokens, emissions }: HiddenMarkovSource, state: number, id: number): number {
  return id < tokens ? emissions[state * tokens + id]! : 1;
}

function normalize(weights: Float64Array): void {
  let total = 0;
  for (const weight of weights) total += weight;
  for (let i = 0; i < weights.length; i++) weights[i]! /= total;
}
