import { elementCount, type Tensor } from "@sdtt/core";
import { copyTensor, zeroTensor } from "@sdtt/engine";
import type { NativeMemory } from "./native-memory.ts";
import type { Context } from "./session.ts";
import { wrapTensor } from "./values.ts";

/**
 * Blocks in ordinary memory: a block is an array. Where the CPU computes nothing is ever copied; to a device ONNX Runtime
 * copies what a run reads and writes.
 */
export function hostMemory({ library, memoryInfo }: Context): NativeMemory<Tensor> {
  return {
    place: copyTensor,
    allocate: zeroTensor,
    read: copyTensor,
    write: (block, tensor) => block.data.set(tensor.data as never),
    window: ({ dtype, data }, offset, shape) => ({
      dtype,
      shape,
      data: data.subarray(offset, offset + elementCount(shape)),
    }),
    release: () => {},
    wrap: (block) => wrapTensor(library, memoryInfo, block),
    close: () => {},
  };
}
