import { bfloat16ToFloat32, float16ToFloat32, SdttError } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";

const rotaryBase = 10_000;

/**
 * Checks saved rotary frequencies, `[headSize / 2]`, against those that the model is built with: 10000^(-2i / headSize).
 *
 * @throws SdttError `checkpoint` if the model was trained with others.
 */
export function assertRotaryFrequencies(saved: Tensor, path: string): void {
  const values = toFloats(saved);
  // What rounding leaves of a frequency: 24 bits of it in float32, 8 in bfloat16.
  const tolerance = saved.dtype === "float32" ? 1e-5 : 1e-2;
  const headSize = 2 * values.length;
  values.forEach((value, i) => {
    const expected = rotaryBase ** ((-2 * i) / headSize);
    if (!(Math.abs(value - expected) <= tolerance * expected)) {
      throw new SdttError(
        "checkpoint",
        `${path} has rotary frequencies of another base: number ${i} of ${values.length} is ${value}; base ${rotaryBase} gives ${expected}.`,
      );
    }
  });
}

/** The values of a floating-point tensor; weights are of no other types. */
function toFloats({ dtype, data }: Tensor): Float32Array {
  if (dtype === "float16") return float16ToFloat32(data as Uint16Array);
  return dtype === "bfloat16" ? bfloat16ToFloat32(data as Uint16Array) : (data as Float32Array);
}
