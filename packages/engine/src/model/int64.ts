import { tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";

/**
 * A tensor of ids or places as ONNX programs take them. Written as pairs of 32-bit words, the lower first: a BigInt for
 * each of some thousand positions would hold the event loop for a millisecond, in every pass.
 */
export function int64Tensor(shape: readonly number[], values: Int32Array): Tensor<"int64"> {
  const data = new BigInt64Array(values.length);
  const words = new Int32Array(data.buffer);
  for (let i = 0; i < values.length; i++) {
    words[2 * i] = values[i]!;
    words[2 * i + 1] = values[i]! >> 31;
  }
  return tensor("int64", shape, data);
}
