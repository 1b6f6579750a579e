import type { DataType } from "@sdtt/core";
import { broadcastShapes } from "../dimension.ts";
import { apply, mismatch } from "../value.ts";
import type { Operator, Value } from "../value.ts";

/** A function of two values of one type whose shapes broadcast. */
export type Binary = (a: Value, b: Value) => Value;

/** The ONNX operator of a name on two values of one type. The result has that type too, unless given. */
export function broadcasting(name: string, result?: DataType): Binary {
  const operator: Operator<undefined> = {
    name,
    broadcasts: true,
    infer(inputs) {
      const [a, b] = inputs as [Value, Value];
      const shape = broadcastShapes(a.shape, b.shape);
      if (!shape || a.dtype !== b.dtype) throw mismatch(name, inputs, "one type and shapes that broadcast");
      return [{ dtype: result ?? a.dtype, shape }];
    },
    emit: (emitter, inputs) => emitter.node(name, inputs),
  };
  return (a, b) => apply(operator, [a, b], undefined);
}
