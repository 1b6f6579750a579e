import type { Dimension } from "../dimension.ts";
import { sameShape } from "../dimension.ts";
import { scalar } from "../scalar.ts";
import { apply, mismatch } from "../value.ts";
import type { Operator, Value } from "../value.ts";
import { multiply } from "./elementwise.ts";
import { reshape, transpose } from "./layout.ts";
import { matmul } from "./matmul.ts";
import { softmax } from "./normalize.ts";

const attentionOperator: Operator<{ heads: number }> = {
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
    const [batch, length, width] = q!.shape as [Dimension, Dimension, number];
    const head = width / heads;
    const separate = (x: Value, order: number[]) =>
      transpose(reshape(x, [batch, length, heads, head]), order);
    const scaled = multiply(q!, scalar(q!.dtype, 1 / Math.sqrt(head)));
    const scores = matmul(separate(scaled, [0, 2, 1, 3]), separate(k!, [0, 2, 3, 1]));
    const mixed = matmul(softmax(scores), separate(v!, [0, 2, 1, 3]));
    return [reshape(transpose(mixed, [0, 2, 1, 3]), q!.shape)];
  },
  kernels: ["float32", "float16", "bfloat16"],
};

/** Scaled dot-product attention over all positions: q, k, v and the result are `[batch, length, heads * head]`. */
export function attention(q: Value, k: Value, v: Value, options: { heads: number }): Value {
  return apply(attentionOperator, [q, k, v], options);
}
