import { sameShape } from "../dimension.ts";
import { apply, mismatch } from "../value.ts";
import type { Operator, Value } from "../value.ts";
import { add, multiply, negate } from "./elementwise.ts";
import { reshape } from "./layout.ts";
import { concat, split } from "./parts.ts";

const rotaryOperator: Operator<undefined> = {
  name: "RotaryEmbedding",
  infer(inputs) {
    const [x, cosines, sines] = inputs as [Value, Value, Value];
    const [, length, width] = x.shape;
    const half = cosines.shape[1];
    const heads = typeof width === "number" && typeof half === "number" ? width / (2 * half) : Number.NaN;
    const tablesFit = sameShape(cosines.shape, sines.shape) && cosines.shape[0] === length;
    if (x.shape.length !== 3 || !tablesFit || !Number.isInteger(heads)) {
      throw mismatch(
        "RotaryEmbedding",
        inputs,
        "x [batch, length, heads * head] and tables [length, head / 2]",
      );
    }
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  emit(emitter, inputs) {
    const [x, cosines, sines] = inputs as [string, string, string];
    const fromZero = emitter.int64Vector([0]);
    return emitter.node(
      "RotaryEmbedding",
      [x, fromZero, cosines, sines],
      { interleaved: 0 },
      { domain: "com.microsoft" },
    );
  },
  decompose([x, cosines, sines]) {
    const [batch, length, width] = x!.shape as [Value["shape"][0], Value["shape"][0], number];
    const half = cosines!.shape[1] as number;
    const heads = width / (2 * half);
    const [first, second] = split(reshape(x!, [batch, length, heads, 2 * half]), { axis: -1, parts: 2 });
    const [c, s] = [cosines!, sines!].map((table) => reshape(table, [1, length, 1, half])) as [Value, Value];
    const turnedFirst = add(multiply(first!, c), negate(multiply(second!, s)));
    const turnedSecond = add(multiply(second!, c), multiply(first!, s));
    return [reshape(concat([turnedFirst, turnedSecond], -1), x!.shape)];
  },
  kernels: ["float32", "float16", "bfloat16"],
};

/**
 * Rotary position embedding, rotate-half: x `[batch, length, heads * head]`, tables `[length, head / 2]`. Each pair
 * (x_i, x_{i + head/2}) is turned by the angle of its position and frequency (Su et al. 2021, as GPT-NeoX lays it out).
 */
export function rotary(x: Value, cosines: Value, sines: Value): Value {
  return apply(rotaryOperator, [x, cosines, sines], undefined);
}
