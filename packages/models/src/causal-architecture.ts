import type { Dimension, Value } from "@sdtt/graph";
import type { CausalConfig } from "./config.ts";
import type { ParameterSource } from "./parameter-source.ts";

/** What an autoregressive transformer is made of. All else is the same for all of them: `causal.ts`. */
export interface CausalNetwork {
  /** Ids, int64 `[positions]`, to the residual stream `[positions, hidden]`. */
  embed(tokens: Value): Value;
  /** The norm before a branch of a block, or after the last block; `[rows, hidden]` both ways. */
  norm(place: NormPlace, x: Value): Value;
  /** From `[positions, hidden]` to what attention takes, each `[batch, length, hidden]`, in the type of the products. */
  queriesKeysValues(block: number, x: Value): [queries: Value, keys: Value, values: Value];
  /** What the attention adds to the stream: from `[rows, hidden]` in the type of the products to the stream's. */
  attentionOutput(block: number, mixed: Value): Value;
  /** What the MLP adds to the stream, `[rows, hidden]` both ways. */
  mlp(block: number, x: Value): Value;
}

export type NormPlace = { readonly block: number; readonly part: "attention" | "mlp" } | "final";

export type CausalArchitecture = (options: {
  readonly config: CausalConfig;
  readonly parameters: ParameterSource;
  readonly grid: readonly [batch: Dimension, length: Dimension];
  /** The position of the first of the tokens, int64 `[1]`; 0 unless given. */
  readonly start?: Value;
}) => CausalNetwork;
