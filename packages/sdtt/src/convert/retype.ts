import { float32ToBfloat16, float32ToFloat16, float32Values, SdttError, tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";

/** The types of floating point that weights come in. */
export type FloatType = "float32" | "float16" | "bfloat16";

/** The types that weights come in. In int8 a matrix has a scale for each of its rows. */
export type WeightType = FloatType | "int8";

/**
 * The same weights in another type, rounded to nearest, ties to even.
 *
 * @param name - The weight's, for the message.
 * @throws SdttError `numeric` if a finite value is beyond what the type holds.
 */
export function retype(values: Tensor, dtype: FloatType, name: string): Tensor {
  if (values.dtype === dtype) return values;
  const wide = float32Values(values);
  if (dtype === "float32") return tensor(dtype, values.shape, wide);
  const [narrow, infinity] =
    dtype === "float16" ? [float32ToFloat16(wide), 0x7c00] : [float32ToBfloat16(wide), 0x7f80];
  const overflow = narrow.findIndex((word, i) => (word & 0x7fff) === infinity && Number.isFinite(wide[i]));
  if (overflow >= 0) {
    throw new SdttError(
      "numeric",
      `${name} holds ${wide[overflow]}, which is beyond the range of ${dtype}: choose another type.`,
    );
  }
  return tensor(dtype, values.shape, narrow);
}
