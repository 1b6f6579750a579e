/** Logits or log-probabilities, row-major; all arithmetic on them is in float64. */
export type Logits = Float32Array | Float64Array;

/** A loss and its derivative. */
export interface Loss {
  /** In nats where the loss is an entropy or a divergence. */
  readonly loss: number;
  /** The derivative of `loss` by each of the raw logits, in their shape. */
  readonly gradient: Float64Array;
}
