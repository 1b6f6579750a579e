import type { DrawRequest } from "./denoiser.ts";
import type { RandomStream } from "./random.ts";

/**
 * What a writer, a judge or an evaluation sees of an autoregressive model. Texts lie as one flat grid of `batch * length` ids,
 * row-major. What a text gets does not depend on the others of its batch.
 *
 * Methods throw SdttError `usage` for ids and sizes out of range, `aborted` if the signal fires.
 */
export interface CausalModel {
  /** Number of ids that it reads. */
  readonly vocabSize: number;
  /** Numbers in a hidden row. */
  readonly hiddenSize: number;
  /** The most positions of a text that it reads; `Infinity` where positions are not learnt. What is drawn or scored last is not read. */
  readonly maxLength: number;
  /**
   * The log-probability of every token given those before it, in nats, `[batch, length]`: that of a token at its own place.
   * 0 for the first of a text, which nothing comes before, and after the end of a text.
   */
  score(texts: CausalTexts): Promise<Float32Array>;
  /**
   * What the projection on the vocabulary is given, after the last norm: of every position, `[batch, length, hiddenSize]`
   * with zeros after the end of a text, or of the last position of each text, `[batch, hiddenSize]`.
   */
  hidden(texts: CausalTexts & { readonly positions?: "all" | "last" | undefined }): Promise<Float32Array>;
  /** Continues prompts: one pass over all of them, then one over a single position for each new token. */
  generate(request: GenerateRequest): Promise<GeneratedTexts>;
  /** As `generate`, with what each pass has drawn. */
  stream(request: GenerateRequest): AsyncGenerator<GeneratedTokens, GeneratedTexts>;
}

/** Texts to be read. */
export interface CausalTexts {
  /** Ids, `[batch * length]`; no masks. */
  readonly tokens: Int32Array;
  readonly batch: number;
  readonly length: number;
  /** How many tokens each text has, `[batch]`, from 1 to `length`; all unless given. What follows them is not read. */
  readonly lengths?: Int32Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface GenerateRequest extends Pick<DrawRequest, "temperature" | "topP" | "topK"> {
  /** What the texts begin with, `[batch * prompt]`, at least one token each. */
  readonly prompts: Int32Array;
  /** How many tokens of each prompt count, `[batch]`, at least 1; all unless given. */
  readonly promptLengths?: Int32Array | undefined;
  readonly batch: number;
  /** The most positions of a finished text, its prompt included. */
  readonly length: number;
  /** The token that ends a text where it is drawn. Absent: every text gets its length. */
  readonly endId?: number | undefined;
  /** Text i draws position p with `uniform(p)` of the child i. */
  readonly stream: RandomStream;
  readonly signal?: AbortSignal | undefined;
}

/** What was drawn in one pass: a token at one position of some of the texts. */
export interface GeneratedTokens {
  readonly position: number;
  /** Which of the texts. */
  readonly texts: Int32Array;
  /** The token of each of them. */
  readonly ids: Int32Array;
  /** Its log-probability under the model at temperature 1 with nothing cut off. */
  readonly logProbs: Float32Array;
}

export interface GeneratedTexts {
  /** Ids, `[batch * length]`, prompts included; after its end a text is filled with `endId`. */
  readonly tokens: Int32Array;
  /** Tokens of each text, `[batch]`, the prompt and the end included. */
  readonly lengths: Int32Array;
  /**
   * Passes of the network (NFE) that the text with the most of them took: one over what all prompts of its group have, then
   * one for each position.
   */
  readonly passes: number;
}
