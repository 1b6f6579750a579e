import { tensor } from "@sdtt/core";
import { sameShape } from "../dimension.ts";
import { scalar } from "../scalar.ts";
import { apply, constant, mismatch } from "../value.ts";
import type { Operator, Value } from "../value.ts";
import { add, divide, maximum, multiply, negate } from "./elementwise.ts";
import { reshape } from "./layout.ts";
import { reduceMax, reduceMin, reduceSum } from "./reduce.ts";

/** Stored for a quantised zero. x86 multiplies unsigned by signed bytes; signed by signed is ten times slower there. */
const zeroPoint = 128;

/** x / scale of its row, rounded to nearest (ties to even) and limited to a byte, plus the zero point. */
const quantizeRowsOperator: Operator<undefined> = {
  name: "QuantizeLinear",
  infer(inputs) {
    const [x, scale] = inputs as [Value, Value];
    const isRows = x.shape.length === 2 && sameShape(scale.shape, x.shape.slice(0, 1));
    if (!isRows || x.dtype !== "float32" || scale.dtype !== "float32") {
      throw mismatch("QuantizeLinear", inputs, "float32 of shapes [rows, width] and [rows]");
    }
    return [{ dtype: "uint8", shape: x.shape }];
  },
  emit(emitter, inputs) {
    const [x, scale] = inputs as [string, string];
    const zero = emitter.constant(constant(tensor("uint8", [1], Uint8Array.of(zeroPoint))));
    const [shape] = emitter.node("Shape", [scale]);
    const [zeros] = emitter.node("Expand", [zero, shape!]);
    return emitter.node("QuantizeLinear", [x, scale, zeros!], { axis: 0 });
  },
};

/** The operator of ONNX Runtime that multiplies bytes by int8. */
export const byteProduct = "QGemm";

/** The product of bytes by int8 `[n, k]`, added up in int32, times the scale of the column: float32. */
const integerProductOperator: Operator<undefined> = {
  name: byteProduct,
  infer(inputs) {
    const [a, b, scale] = inputs as [Value, Value, Value];
    const fits = a.shape.length === 2 && b.shape.length === 2 && a.shape[1] === b.shape[1];
    const types = [a.dtype, b.dtype, scale.dtype].join();
    if (!fits || !sameShape(scale.shape, b.shape.slice(0, 1)) || types !== "uint8,int8,float32") {
      throw mismatch(byteProduct, inputs, "uint8 [m, k], int8 [n, k] and float32 [n]");
    }
    return [{ dtype: "float32", shape: [a.shape[0]!, b.shape[0]!] }];
  },
  emit(emitter, inputs, node) {
    const [a, b, scale] = inputs as [string, string, string];
    const one = emitter.constant(scalar("float32", 1));
    const zero = emitter.constant(constant(tensor("uint8", [], Uint8Array.of(zeroPoint))));
    // For each column, as its scales are: the kernel wants both of one shape.
    const columns = node.inputs[1]!.shape[0] as number;
    const none = emitter.constant(constant(tensor("int8", [columns], new Int8Array(columns))));
    return emitter.node(
      byteProduct,
      [a, one, zero, b, scale, none],
      { transB: 1 },
      { domain: "com.microsoft" },
    );
  },
};

/** The smallest normal float32: the scale of a row of zeros. */
const smallestScale = 2 ** -126;

/**
 * What is multiplied with each row of quantised x, float32 `[rows, 1]`: its largest magnitude becomes 127. NaN where the row
 * holds NaN, which the largest of a row may miss and its sum does not.
 */
function rowScales(x: Value): Value {
  const wholeRow = { axes: [1], keep: true };
  // Not of the magnitudes: those would take as much memory as x.
  const largest = maximum(reduceMax(x, wholeRow), negate(reduceMin(x, wholeRow)));
  const nothingOrNaN = multiply(reduceSum(x, wholeRow), scalar("float32", 0));
  const least = add(nothingOrNaN, scalar("float32", smallestScale));
  return add(divide(largest, scalar("float32", 127)), least);
}

/**
 * A linear layer computed in int8: x float32 `[rows, in]`; weight int8 `[out, in]` with a scale float32 `[out, 1]` for each
 * of its rows, as `toInt8` of @sdtt/core makes them; bias float32 `[out]`; result float32 `[rows, out]`.
 *
 * Each row of x is quantised by itself, symmetrically, to whole numbers from -127 to 127. Products are added up in int32,
 * which is exact up to 2^16 inputs: a row's result does not depend on the other rows, nor on the order of the sums.
 */
export function int8Linear(
  x: Value,
  {
    values,
    scale,
    bias,
  }: { readonly values: Value; readonly scale: Value; readonly bias?: Value | undefined },
): Value {
  const [rows] = x.shape as [Value["shape"][number]];
  const perRow = rowScales(x);
  const quantized = apply(quantizeRowsOperator, [x, reshape(perRow, [rows])], undefined);
  const columns = [values, reshape(scale, [values.shape[0]!])];
  const product = apply(integerProductOperator, [quantized, ...columns], undefined);
  const scaled = multiply(product, perRow);
  return bias ? add(scaled, bias) : scaled;
}
