import type { Dimension } from "../../dimension.ts";
import { multiply, negate } from "../../ops/elementwise.ts";
import { broadcastTo, reshape } from "../../ops/layout.ts";
import { reduceSum } from "../../ops/reduce.ts";
import { rotary } from "../../ops/rotary.ts";
import { scalar } from "../../scalar.ts";
import type { Value } from "../../value.ts";
import { singleOutputRule } from "../rule.ts";
import type { Rule } from "../rule.ts";

export const rotaryRules: Readonly<Record<string, Rule>> = {
  /** y = x cos + (x turned by a quarter) sin: the gradient is turned back by the same angles. */
  RotaryEmbedding: singleOutputRule((g, { inputs }) => {
    const [x, cosines, sines] = inputs as [Value, Value, Value];
    const all = (value: number) => broadcastTo(scalar(x.dtype, value), cosines.shape);
    const quarterTurn = rotary(x, all(0), all(1));
    return [
      rotary(g, cosines, negate(sines)),
      sumOverUses(multiply(g, x), cosines),
      sumOverUses(multiply(g, quarterTurn), sines),
    ];
  }),
};

/** Each entry of a table serves all sequences, all heads, and both halves of a head. */
function sumOverUses(x: Value, table: Value): Value {
  const [batch, length, width] = x.shape as [Dimension, Dimension, number];
  const half = table.shape[1] as number;
  const uses = reshape(x, [batch, length, width / (2 * half), 2, half]);
  return reduceSum(uses, { axes: [0, 2, 3] });
}
