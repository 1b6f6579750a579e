import type { Dimension } from "../dimension.ts";
import { sameShape } from "../dimension.ts";
import { applyAll, mismatch } from "../value.ts";
import type { Operator, Value } from "../value.ts";
import { attentionScores, mergeHeads, scaleQueries, splitHeads, withoutLater } from "./attention.ts";
import { matmul } from "./matmul.ts";
import { softmax } from "./normalize.ts";
import { concat } from "./parts.ts";

/** What attention keeps of the positions it has seen, each `[batch, heads, positions, head]`. */
export interface KeysAndValues {
  readonly keys: Value;
  readonly values: Value;
}

interface CachedAttentionAttributes {
  readonly heads: number;
  /** Names the size that results: past and new positions together. */
  readonly total: string;
}

const cachedAttentionOperator: Operator<CachedAttentionAttributes> = {
  name: "CachedAttention",
  infer(inputs, { heads, total }) {
    const [q, k, v, keys, values] = inputs as [Value, Value, Value, Value, Value];
    const [batch, , width] = q.shape as [Dimension, Dimension, number];
    const past = [batch, heads, keys.shape[2]!, width / heads];
    const fits =
      [k, v].every(({ shape }) => sameShape(shape, q.shape)) &&
      [keys, values].every(({ shape }) => sameShape(shape, past));
    if (q.shape.length !== 3 || !fits) {
      const expected = `three of [batch, length, width] and two of [batch, ${heads}, past, width / ${heads}]`;
      throw mismatch("CachedAttention", inputs, expected);
    }
    const present = { dtype: q.dtype, shape: past.with(2, total) };
    return [{ dtype: q.dtype, shape: q.shape }, present, present];
  },
  emit: (emitter, [q, k, v, keys, values], { attributes: { heads } }) =>
    emitter.node(
      "MultiHeadAttention",
      [q!, k!, v!, "", "", "", keys!, values!],
      { num_heads: heads, unidirectional: 1 },
      { domain: "com.microsoft", outputs: 3 },
    ),
  decompose([q, k, v, pastKeys, pastValues], { heads, total }) {
    const [queries, newKeys, newValues] = [scaleQueries(q!, heads), k!, v!].map((x) =>
      splitHeads(x, heads),
    ) as [Value, Value, Value];
    const keys = concat([pastKeys!, newKeys], 2, total);
    const values = concat([pastValues!, newValues], 2, total);
    // Every past position comes before every query; of the new ones each sees those up to itself.
    const scores = concat(
      [attentionScores(queries, pastKeys!), withoutLater(attentionScores(queries, newKeys))],
      3,
      total,
    );
    return [mergeHeads(matmul(softmax(scores), values)), keys, values];
  },
};

/**
 * Causal attention of new positions, q, k and v `[batch, length, heads * head]`, over the past ones, themselves and those
 * between. `present` is what the next call is given as its past; `total` names its number of positions. For generation
 * only: it has no derivative.
 */
export function cachedAttention(
  q: Value,
  k: Value,
  v: Value,
  { past, ...options }: CachedAttentionAttributes & { readonly past: KeysAndValues },
): { readonly mixed: Value; readonly present: KeysAndValues } {
  const inputs = [q, k, v, past.keys, past.values];
  const [mixed, keys, values] = applyAll(cachedAttentionOperator, inputs, options);
  return { mixed: mixed!, present: { keys: keys!, values: values! } };
}
