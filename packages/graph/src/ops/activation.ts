import { scalar } from "../scalar.ts";
import { apply } from "../value.ts";
import type { Operator, Value } from "../value.ts";
import { add, hyperbolicTangent, multiply } from "./elementwise.ts";

const geluOperator: Operator<undefined> = {
  name: "FastGelu",
  infer: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
  emit: (emitter, inputs) => emitter.node("FastGelu", inputs, {}, { domain: "com.microsoft" }),
  decompose([x]) {
    const number = (value: number) => scalar(x!.dtype, value);
    const cube = multiply(multiply(x!, x!), x!);
    const inner = multiply(number(Math.sqrt(2 / Math.PI)), add(x!, multiply(number(0.044715), cube)));
    return [multiply(multiply(number(0.5), x!), add(number(1), hyperbolicTangent(inner)))];
  },
  kernels: ["float32", "float16", "bfloat16"],
};

/** GELU in its tanh form (`approximate="tanh"` of PyTorch). */
export function gelu(x: Value): Value {
  return apply(geluOperator, [x], undefined);
}
