/** What one request may ask for, and what all may together. */
export interface Limits {
  /** Tokens of a text, prompt and suffix included; what the model was trained on unless given. */
  readonly length?: number | undefined;
  /** Steps of the diffusion. */
  readonly steps: number;
  /** Texts of a request: its prompts times its `n`. */
  readonly texts: number;
  /** Bytes of a request's body. */
  readonly bodyBytes: number;
  /** Seconds in which a request, headers and body, has to arrive. */
  readonly arrivalSeconds: number;
  /** Seconds from a request's arrival to its last word. */
  readonly seconds: number;
  /** Texts under way for each model; what goes beyond is answered with 429. */
  readonly capacity: number;
  /** Texts that share a forward pass. */
  readonly batch: number;
}

export const defaultLimits: Limits = {
  steps: 1024,
  texts: 16,
  bodyBytes: 128 * 1024,
  arrivalSeconds: 30,
  seconds: 120,
  capacity: 256,
  batch: 16,
};
