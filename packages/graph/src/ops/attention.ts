import type { Dimension } from "../dimension.ts";
import { sameShape } from "../dimension.ts";
import { scalar } from "../scalar.ts";
import { apply, mismatch } from "../value.ts";
import type { Operator, Value } from "../value.ts";
import { greaterOrEqual, where } from "./compare.ts";
import { multiply } from "./elementwise.ts";
import { reshape, transpose } from "./layout.ts";
import { matmul } from "./matmul.ts";
import { softmax } from "./normalize.ts";
import { range } from "./size.ts";

export interface AttentionAttributes {
  readonly heads: number;
  /** Whether a position sees only itself and those before it. */
  readonly causal?: boolean;
}

const attentionOperator: Operator<AttentionAttributes> = {
  name: "MultiHeadAttention",
  infer(inputs, { heads }) {
    const [q, k, v] = inputs as [Value, Value, Value];
    const width = q.shape[2];
    const fits = q.shape.length === 3 && sameShape(q.shape, k.shape) && sameShape(q.shape, v.shape);
    if (!fits || typeof width !== "number" || width % heads !== 0) {
      throw mismatch("MultiHeadAttention", inputs, `three of [batch, length, width] with ${heads} heads`);
    }
    return [{ dtype: q.dtype, shape: q.shape }];
  },
  emit: (emitter, inputs, { attributes: { heads, causal } }) =>
    emitter.node(
      "MultiHeadAttention",
      inputs,
      { num_heads: heads, ...(causal ? { unidirectional: 1 } : {}) },
      { domain: "com.microsoft" },
    ),
  decompose([q, k, v], { heads, causal }) {
    const [queries, keys, values] = [scaleQueries(q!, heads), k!, v!].map((x) => splitHeads(x, heads)) as [
      Value,
      Value,
      Value,
    ];
    return [mergeHeads(matmul(attentionWeights(queries, keys, causal), values))];
  },
  kernels: ["float32", "float16", "bfloat16"],
};

/**
 * Scaled dot-product attention over all positions, or over those up to one's own where it is causal: q, k, v and the
 * result are `[batch, length, heads * head]`.
 */
export function attention(q: Value, k: Value, v: Value, options: AttentionAttributes): Value {
  return apply(attentionOperator, [q, k, v], options);
}

/** Queries divided by the root of the size of a head: cheaper than to divide every score. */
export function scaleQueries(q: Value, heads: number): Value {
  const head = (q.shape[2] as number) / heads;
  return multiply(q, scalar(q.dtype, 1 / Math.sqrt(head)));
}

/** `[batch, heads, length, length]`, of scaled queries and keys `[batch, heads, length, head]`: rows sum to one. */
export function attentionWeights(queries: Value, keys: Value, causal = false): Value {
  const scores = attentionScores(queries, keys);
  return softmax(causal ? withoutLater(scores) : scores);
}

/** `[batch, heads, queries, keys]`. */
export function attentionScores(queries: Value, keys: Value): Value {
  return matmul(queries, transpose(keys, [0, 1, 3, 2]));
}

/** -Infinity where a key lies after its query, so that it weighs exactly nothing. */
export function withoutLater(scores: Value): Value {
  const length = scores.shape[3]!;
  const [query, key] = [reshape(range(length), [length, 1]), reshape(range(length), [1, length])];
  return where(greaterOrEqual(query, key), scores, scalar(scores.dtype, -Infinity));
}

/** From `[batch, length, heads * head]` to `[batch, heads, length, head]`. */
export function splitHeads(x: Value, heads: number): Value {
  const [batch, length, width] = x.shape as [Dimension, Dimension, number];
  return transpose(reshape(x, [batch, length, heads, width / heads]), [0, 2, 1, 3]);
}

/** The way back. */
export function mergeHeads(x: Value): Value {
  const [batch, heads, length, head] = x.shape as [Dimension, number, Dimension, number];
  return reshape(transpose(x, [0, 2, 1, 3]), [batch, length, heads * head]);
}
