import type { Dimension } from "../dimension.ts";
import { sameShape } from "../dimension.ts";
import { scalar } from "../scalar.ts";
import { apply, mismatch } from "../value.ts";
import type { Operator, Value } from "../value.ts";
import { multiply } from "./elementwise.ts";
import { reshape, transpose } from "./layout.ts";
import { matmul } from "./matmul.ts";
import { softmax } from "./normalize.ts";

export interface AttentionAttributes {
  readonly heads: number;
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
  emit: (emitter, inputs, node) =>
    emitter.node(
      "MultiHeadAttention",
      inputs,
      { num_heads: node.attributes.heads },
      { domain: "com.microsoft" },
    ),
  decompose([q, k, v], { heads }) {
    const queries = splitHeads(scaleQueries(q!, heads), heads);
    return [mergeHeads(matmul(attentionWeights(queries, splitHeads(k!, heads)), splitHeads(v!, heads)))];
  },
  kernels: ["float32", "float16", "bfloat16"],
};

/** Scaled dot-product attention over all positions: q, k, v and the result are `[batch, length, heads * head]`. */
export function attention(q: Value, k: Value, v: Value, options: { heads: number }): Value {
  return apply(attentionOperator, [q, k, v], options);
}

/** Queries divided by the root of the size of a head: cheaper than to divide every score. */
export function scaleQueries(q: Value, heads: number): Value {
  const head = (q.shape[2] as number) / heads;
  return multiply(q, scalar(q.dtype, 1 / Math.sqrt(head)));
}

/** `[batch, heads, length, length]`, of scaled queries and keys `[batch, heads, length, head]`: rows sum to one. */
export function attentionWeights(queries: Value, keys: Value): Value {
  return softmax(matmul(queries, transpose(keys, [0, 1, 3, 2])));
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
