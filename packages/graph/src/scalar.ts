import { float32ToBfloat16, float32ToFloat16, SdttError, tensor } from "@sdtt/core";
import type { DataType, Tensor } from "@sdtt/core";
import { constant } from "./value.ts";
import type { Value } from "./value.ts";

/** A constant of one number, shape [], of a given type. */
export function scalar(dtype: DataType, value: number): Value {
  return constant(filled(dtype, [], value));
}

/** A constant vector of int64. */
export function int64Vector(values: readonly number[]): Value {
  return constant(tensor("int64", [values.length], BigInt64Array.from(values, BigInt)));
}

/** A constant of zeros. */
export function zeros(dtype: DataType, shape: readonly number[]): Value {
  return constant(filled(dtype, shape, 0));
}

/** A constant of ones. */
export function ones(dtype: DataType, shape: readonly number[]): Value {
  return constant(filled(dtype, shape, 1));
}

function filled(dtype: DataType, shape: readonly number[], value: number): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  if (dtype === "float32") return tensor(dtype, shape, new Float32Array(count).fill(value));
  if (dtype === "float64") return tensor(dtype, shape, new Float64Array(count).fill(value));
  if (dtype === "float16" || dtype === "bfloat16") {
    const narrow = dtype === "float16" ? float32ToFloat16 : float32ToBfloat16;
    return tensor(dtype, shape, narrow(new Float32Array(count).fill(value)));
  }
  if (dtype === "int64") return tensor(dtype, shape, new BigInt64Array(count).fill(BigInt(value)));
  if (dtype === "int32") return tensor(dtype, shape, new Int32Array(count).fill(value));
  throw new SdttError("usage", `No constants of type ${dtype}: make an int64 and cast it.`);
}
