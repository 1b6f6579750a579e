import type { Value } from "@sdtt/graph";

/**
 * The losses of rows of logits and their gradients, as graph pieces. The logits, `[rows, tokens]`, are those of everything
 * but the mask: under SUBS its column is left out.
 */
export interface RowLossGradient {
  /** float `[rows, 1]`: each row's loss, before its weight. */
  readonly loss: Value;
  /** float `[rows, tokens]`: the gradient of the row's loss by its logits. */
  readonly gradient: Value;
}
