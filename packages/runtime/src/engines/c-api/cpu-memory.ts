import { elementCount, type Tensor } from "@sdtt/core";
import type { Memory } from "../backend.ts";
import { copyTensor, zeroTensor } from "../tensors.ts";

/** Where the CPU computes is ordinary memory: a block is an array. */
export const cpuMemory: Memory<Tensor> = {
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
};
