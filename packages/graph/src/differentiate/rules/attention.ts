import type { Dimension } from "../../dimension.ts";
import { attentionWeights, mergeHeads, scaleQueries, splitHeads } from "../../ops/attention.ts";
import type { AttentionAttributes } from "../../ops/attention.ts";
import { multiply, subtract } from "../../ops/elementwise.ts";
import { reshape, transpose } from "../../ops/layout.ts";
import { matmul } from "../../ops/matmul.ts";
import { reduceSum } from "../../ops/reduce.ts";
import type { Value } from "../../value.ts";
import { singleOutputRule } from "../rule.ts";
import type { Rule } from "../rule.ts";

export const attentionRules: Readonly<Record<string, Rule>> = {
  /**
   * Y = P V with weights P = softmax(Q K'), which are recomputed instead of kept. The softmax needs the sums of P dP
   * over each row; they equal those of Y dY, which are smaller (Dao et al. 2022, appendix B.2).
   */
  MultiHeadAttention: singleOutputRule((g, { inputs: [q, k, v], outputs: [y], attributes }) => {
    const { heads, causal } = attributes as AttentionAttributes;
    const [queries, keys, values, forMixed] = [scaleQueries(q!, heads), k!, v!, g].map((x) =>
      splitHeads(x, heads),
    ) as [Value, Value, Value, Value];
    const weights = attentionWeights(queries, keys, causal);
    const forWeights = matmul(forMixed, swap(values));
    const forScores = multiply(weights, subtract(forWeights, sumHeads(multiply(g, y!), heads)));
    return [
      scaleQueries(mergeHeads(matmul(forScores, keys)), heads),
      mergeHeads(timesTransposed(forScores, queries)),
      mergeHeads(timesTransposed(weights, forMixed)),
    ];
  }),
};

/** From `[batch, length, heads * head]` to the sum of each head, `[batch, heads, length, 1]`. */
function sumHeads(x: Value, heads: number): Value {
  const [batch, length, width] = x.shape as [Dimension, Dimension, number];
  const separate = reshape(x, [batch, length, heads, width / heads]);
  return transpose(reduceSum(separate, { axes: [3], keep: true }), [0, 2, 1, 3]);
}

/** A' B, with the turns on the sides that are narrow: A is as wide as the sequence is long. */
function timesTransposed(a: Value, b: Value): Value {
  return swap(matmul(swap(b), a));
}

const swap = (x: Value) => transpose(x, [0, 1, 3, 2]);
