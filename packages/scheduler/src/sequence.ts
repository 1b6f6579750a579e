import type { Draws, TokenSet } from "@sdtt/core";

/**
 * One text on its way from masks to tokens: a state machine without a model. Whoever holds the model calls `next`,
 * draws at the positions it names, and hands the answer to `apply`. Sequences at different steps, of different step
 * counts and samplers, can share a forward pass.
 */
export interface Sequence {
  /** Ids, `[length]`, as they are now. Read only. */
  readonly tokens: Int32Array;
  /** The positions of the template that were not masked. */
  readonly given: Int32Array;
  /** Steps of the chain, the final pass not counted. */
  readonly steps: number;
  /** What to draw next; the same until `apply`; undefined when the text is done. */
  next(): SequenceRequest | undefined;
  /** Takes the draws for the positions of `next`, in their order. Returns those that stand, and what was masked again. */
  apply(draws: Draws): SequenceChange;
}

export interface SequenceRequest {
  /** Counts from 0; `steps` for the final pass over the left-overs. */
  readonly step: number;
  /** The noise level at which to ask the model. */
  readonly sigma: number;
  /** In (0, 1): the random vector of models with a noise input, one for each step. */
  readonly noiseSeed: number;
  /** What the model reads, `[length]`: the ids of the sequence, with the mask at the positions. */
  readonly tokens: Int32Array;
  readonly positions: Int32Array;
  /** One for each of the positions, in (0, 1). */
  readonly uniforms: Float64Array;
  /** The most likely token is wanted, not a draw. */
  readonly greedy: boolean;
  /** `apply` needs the entropies of the distributions, as `DrawRequest` has them. */
  readonly entropies?: boolean | undefined;
  /** For each of the positions the tokens that it may take, all where undefined; absent if no position is restricted. */
  readonly allowed?: readonly (TokenSet | undefined)[] | undefined;
}

/** Positions that a step turned from mask to token. */
export interface Revealed extends Draws {
  readonly positions: Int32Array;
}

/** How a text has changed since the draws before: first some positions were masked again, then others revealed. */
export interface SequenceChange extends Revealed {
  /** Positions that the sampler masked again; one of them may be among those revealed. */
  readonly remasked: Int32Array;
}

/**
 * The original's `project_fn`: a last word on the tokens, before the first step and after every step. Gets a copy of
 * the ids, `[length]`, and the number of steps done; returns ids of the same length. Where it writes a token, nothing is
 * drawn any more; where it writes the mask, the rest of the chain draws again. What it masks after the final pass stays
 * masked; first hitting, which has none, continues until it masks no more.
 */
export type SequenceProjection = (tokens: Int32Array, stepsDone: number) => Int32Array;
