import { createStream, SdttError } from "@sdtt/core";
import type { RandomStream } from "@sdtt/core";
import type { Samples } from "../samples.ts";

/** A distribution of texts that is known in full: hidden states follow each other, and each writes a token. */
export interface HiddenMarkovSource {
  readonly states: number;
  readonly tokens: number;
  /** `[states]`: of the first state, the stationary distribution, so that every position has the same distribution. */
  readonly initial: Float64Array;
  /** `[states, states]`: the distribution of the next state in each row. */
  readonly transitions: Float64Array;
  /** `[states, tokens]`: the distribution of the token in each row. */
  readonly emissions: Float64Array;
}

export interface HiddenMarkovSourceOptions {
  /** At least 1. */
  readonly states: number;
  /** At least 2. */
  readonly tokens: number;
  readonly seed: number;
}

/** How much of a row is on its main outcome. The rest is spread at random over all outcomes, so that no text is impossible. */
const [onSuccessor, onToken] = [0.8, 0.9];

/**
 * A source whose states mostly follow each other around a cycle and mostly write a token of their own: where a neighbour is
 * known a token is nearly certain, and far from all it is open, as words are in a language.
 */
export function createHiddenMarkovSource(options: HiddenMarkovSourceOptions): HiddenMarkovSource {
  const { states, tokens, seed } = options;
  if (!(Number.isInteger(states) && states >= 1 && Number.isInteger(tokens) && tokens >= 2)) {
    throw new SdttError(
      "usage",
      `A source needs at least 1 state and 2 tokens; got ${states} states and ${tokens} tokens.`,
    );
  }
  const stream = createStream(seed).child("source");
  const transitions = randomRows(stream.child("transitions"), {
    rows: states,
    width: states,
    share: onSuccessor,
    main: (state) => (state + 1) % states,
  });
  const emissions = randomRows(stream.child("emissions"), {
    rows: states,
    width: tokens,
    share: onToken,
    main: (state) => state % tokens,
  });
  return { states, tokens, initial: stationaryDistribution(transitions, states), transitions, emissions };
}

interface Rows {
  readonly rows: number;
  readonly width: number;
  /** How much of a row is on its main outcome. */
  readonly share: number;
  readonly main: (row: number) => number;
}

/** Rows of probabilities, all above 0. */
function randomRows(stream: RandomStream, { rows, width, share, main }: Rows): Float64Array {
  const result = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const weights = Array.from({ length: width }, (_, i) => -Math.log(stream.uniform(row * width + i)));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    weights.forEach((weight, i) => {
      result[row * width + i] = ((1 - share) * weight) / total + (i === main(row) ? share : 0);
    });
  }
  return result;
}

function stationaryDistribution(transitions: Float64Array, states: number): Float64Array {
  let distribution = new Float64Array(states).fill(1 / states);
  for (let change = 1, round = 0; change > 1e-15 && round < 1_000_000; round++) {
    const next = new Float64Array(states);
    for (let from = 0; from < states; from++) {
      for (let to = 0; to < states; to++) next[to]! += distribution[from]! * transitions[from * states + to]!;
    }
    change = next.reduce((most, share, state) => Math.max(most, Math.abs(share - distribution[state]!)), 0);
    distribution = next;
  }
  return distribution;
}

export interface SourceTextsOptions {
  readonly batch: number;
  readonly length: number;
  readonly seed: number;
}

/** Texts of the source itself: what a sampler without error would write. */
export function drawSourceTexts(source: HiddenMarkovSource, options: SourceTextsOptions): Samples {
  const { batch, length, seed } = options;
  const { states, tokens: width, initial, transitions, emissions } = source;
  const tokens = new Int32Array(batch * length);
  for (let text = 0; text < batch; text++) {
    const stream = createStream(seed).child("source texts").child(text);
    let state = place(initial, stream.uniform(2 * length));
    for (let position = 0; position < length; position++) {
      const emission = emissions.subarray(state * width, (state + 1) * width);
      tokens[text * length + position] = place(emission, stream.uniform(2 * position));
      state = place(
        transitions.subarray(state * states, (state + 1) * states),
        stream.uniform(2 * position + 1),
      );
    }
  }
  return { tokens, batch, length };
}

/** The outcome at a uniform's place on the cumulative distribution. */
function place(distribution: Float64Array, uniform: number): number {
  let cumulative = 0;
  const found = distribution.findIndex((share) => (cumulative += share) > uniform);
  return found < 0 ? distribution.length - 1 : found;
}
