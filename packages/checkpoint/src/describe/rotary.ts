import { float32Values, SdttError, tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import type { CausalConfig } from "@sdtt/models";

const rotaryBase = 10_000;

/**
 * Checks saved rotary frequencies, `[headSize / 2]`, against those that the model is built with: 10000^(-2i / headSize).
 *
 * @throws SdttError `checkpoint` if the model was trained with others.
 */
export function assertRotaryFrequencies(saved: Tensor, path: string): void {
  const values = float32Values(saved);
  // What rounding leaves of a frequency: 24 bits of it in float32, 8 in bfloat16.
  const tolerance = saved.dtype === "float32" ? 1e-5 : 1e-2;
  const headSize = 2 * values.length;
  values.forEach((value, i) => {
    const expected = frequency(i, headSize);
    if (!(Math.abs(value - expected) <= tolerance * expected)) {
      throw new SdttError(
        "checkpoint",
        `${path} has rotary frequencies of another base: number ${i} of ${values.length} is ${value}; base ${rotaryBase} gives ${expected}.`,
      );
    }
  });
}

/** The buffer that the original's models store and insist on, float32 `[headSize / 2]`. */
export function rotaryFrequencies({ hiddenSize, headCount }: CausalConfig): Tensor<"float32"> {
  const headSize = hiddenSize / headCount;
  const values = Float32Array.from({ length: headSize / 2 }, (_, i) => frequency(i, headSize));
  return tensor("float32", [values.length], values);
}

/** Rounded as PyTorch rounds on the way. */
function frequency(index: number, headSize: number): number {
  return 1 / Math.fround(rotaryBase ** Math.fround((2 * index) / headSize));
}
