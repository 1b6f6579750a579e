import { bfloat16ToFloat32, firstNotFinite, float16ToFloat32, SdttError } from "@sdtt/core";
import type { DataType, Tensor } from "@sdtt/core";

/** A bias of -Infinity at the head makes a token impossible, which is allowed; nothing else may be infinite. */
const headBias = "output_layer.linear.bias";

/** The first of a weight's numbers that may not stand in a model. */
export function findBroken(
  name: string,
  dtype: DataType,
  data: Tensor["data"],
): { readonly index: number; readonly value: number } | undefined {
  const first = firstBroken(dtype, data);
  if (first < 0) return undefined;
  const values = widened(dtype, data);
  const index = name === headBias ? values.findIndex((value) => !(value < Infinity)) : first;
  return index < 0 ? undefined : { index, value: values[index]! };
}

/** Refuses a whole weight that may not stand in a model. Throws `numeric` naming it and the place. */
export function assertFinite(name: string, { dtype, shape, data }: Tensor): void {
  const broken = findBroken(name, dtype, data);
  if (broken) throw weightError(name, shape, broken.index, broken.value);
}

export function weightError(name: string, shape: readonly number[], index: number, value: number): SdttError {
  const place: number[] = [];
  let rest = index;
  for (const size of shape.toReversed()) {
    place.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return new SdttError(
    "numeric",
    `The weight ${name} holds ${value} at [${place.join(", ")}]: the weights of a model must be finite. Fetch or convert it again, or use an earlier checkpoint.`,
  );
}

/** Half types are looked at as they lie: all bits of the exponent set is NaN or infinite. */
function firstBroken(dtype: DataType, data: Tensor["data"]): number {
  if (dtype === "float32" || dtype === "float64") return firstNotFinite(data as Float32Array);
  if (dtype !== "float16" && dtype !== "bfloat16") return -1;
  const exponent = dtype === "float16" ? 0x7c00 : 0x7f80;
  const words = data as Uint16Array;
  for (let i = 0; i < words.length; i++) if ((words[i]! & exponent) === exponent) return i;
  return -1;
}

function widened(dtype: DataType, data: Tensor["data"]): Float32Array | Float64Array {
  if (dtype === "float16") return float16ToFloat32(data as Uint16Array);
  if (dtype === "bfloat16") return bfloat16ToFloat32(data as Uint16Array);
  return data as Float32Array;
}
