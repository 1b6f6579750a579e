/**
 * What a sampler, a distillation loop or an evaluation sees of a model.
 *
 * Tokens lie as one flat grid of `batch * length` ids, row-major; `rows` are indices into that grid. All distributions are those
 * of the SUBS parameterisation (MDLM, Sahoo et al. 2024, section 3.2.3): the mask has probability zero.
 */
export interface Denoiser {
  /** Number of ids, the mask included. */
  readonly vocabSize: number;
  /** The id of the mask: the last one, `vocabSize - 1`. */
  readonly maskId: number;
  /** Draws one token for each of the rows, independently, each from the model's distribution at that row. */
  draw(request: DrawRequest): Promise<Draws>;
  /**
   * Log-probabilities at the rows, `[rows.length, vocabSize]`, SUBS applied: the mask column is -Infinity. A row that is
   * not masked in `tokens` is answered as if the network had been asked: turning it into a one-hot is the caller's part.
   */
  logProbs(request: RowsRequest): Promise<Float32Array>;
}

export interface RowsRequest {
  /** Ids, `[batch * length]`. */
  readonly tokens: Int32Array;
  readonly batch: number;
  readonly length: number;
  /** Indices into `tokens`. */
  readonly rows: Int32Array;
  /** Noise level of each sequence, `[batch]`, for time-conditioned models; others ignore it. */
  readonly sigma?: Float32Array | undefined;
  /**
   * For models with a noise input, which others ignore: a number in (0, 1) for each sequence, `[batch]`, that decides its random
   * vector (`noiseVectors`). Absent: the vector is zero.
   */
  readonly noiseSeeds?: Float64Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface DrawRequest extends RowsRequest {
  /** One uniform in (0, 1) for each row, 53 bits: the place on the row's cumulative distribution. */
  readonly uniforms: Float64Array;
  /** Divides the logits; 1 leaves them. Above 0. */
  readonly temperature?: number | undefined;
  /** Keeps the most likely tokens up to this much probability; 1 keeps all. In (0, 1]. */
  readonly topP?: number | undefined;
  /** What `topP` keeps: `reach` unless given. */
  readonly nucleus?: Nucleus | undefined;
  /** Keeps this many of the most likely tokens; absent keeps all. At least 1. */
  readonly topK?: number | undefined;
  /**
   * For each row the tokens that it may draw, all where undefined: the distribution is conditioned on them before temperature,
   * top-k and top-p. What the other rows draw does not depend on it.
   */
  readonly allowed?: readonly (TokenSet | undefined)[] | undefined;
  /** Asks for `entropies` beside the draws. A denoiser may leave it unanswered: samplers that need it then say so. */
  readonly entropies?: boolean | undefined;
}

/**
 * Of the most likely tokens, top-p keeps the fewest that reach its share (`reach`), or those that stay within it and at least one
 * (`within`): the token that crosses the share is kept by the first, as is usual, and dropped by the second, as in ReMDM's code.
 */
export type Nucleus = "reach" | "within";

/** A set of tokens, `[vocabSize]`: 1 for those that are in it, else 0. At least one is; the mask is not. */
export type TokenSet = Uint8Array;

export interface Draws {
  /** One id for each row. */
  readonly ids: Int32Array;
  /** The log-probability of each drawn id under the model at temperature 1 with nothing cut off. */
  readonly logProbs: Float32Array;
  /**
   * For each row, where the request asks: the entropy in nats of its distribution over the tokens that it may draw, after temperature
   * and top-p. Top-k is not counted, so that a greedy draw still tells how sure the model is.
   */
  readonly entropies?: Float32Array | undefined;
}

/**
 * A model that estimates the ratios of a score-entropy diffusion (SEDD, Lou et al. 2024) instead of a distribution: the sampler
 * for it is another one.
 */
export interface ScoreModel {
  readonly vocabSize: number;
  readonly maskId: number;
  /** Log of the concrete score at the rows, `[rows.length, vocabSize]`; zero at the row's own token. `sigma` is needed. */
  logScore(request: RowsRequest): Promise<Float32Array>;
}
