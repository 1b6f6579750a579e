import { elementCount, elementSize, tensorBytes, tensorFromBytes } from "@sdtt/core";
import type { DataType } from "@sdtt/core";
import { zeroTensor } from "@sdtt/engine";
import { create, type Handle } from "./functions.ts";
import type { NativeMemory } from "./native-memory.ts";
import type { Context } from "./session.ts";
import { openTransfer } from "./transfer.ts";
import { wrapMemory } from "./values.ts";

/** A part of the device's memory. */
export interface DeviceBlock {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly address: Handle;
}

const arenaAllocator = 1;
const defaultMemory = 0;
/** More than any kernel's vector loads ask for. Windows on a block are as aligned as their offset lets them be. */
const emptyBlockBytes = 1;

/**
 * Blocks where a device computes, in memory that ONNX Runtime's own allocator gives: a run reads and writes them where
 * they lie, and nothing crosses the bus but what is placed, read and written. The CPU has such memory too, `Cpu`, so that the
 * same path can be tested without a GPU.
 *
 * @param name - ONNX Runtime's name of the memory.
 */
export async function deviceMemory(context: Context, name: string): Promise<NativeMemory<DeviceBlock>> {
  const { library, provider } = context;
  const { api } = library;
  const place = [name, arenaAllocator, provider?.deviceId ?? 0, defaultMemory] as const;
  const memoryInfo = create(api.CreateMemoryInfo, ...place);
  const transfer = await openTransfer(context, memoryInfo);
  const allocator = create(api.CreateAllocator, transfer.session, memoryInfo);

  const take = ({ dtype, shape }: Pick<DeviceBlock, "dtype" | "shape">): DeviceBlock => {
    const bytes = Math.max(emptyBlockBytes, byteLength({ dtype, shape }));
    return { dtype, shape, address: create(api.AllocatorAlloc, allocator, bytes) };
  };
  const write = (block: DeviceBlock, bytes: Uint8Array) => transfer.toDevice(bytes, block.address);
  const filled = async (type: Pick<DeviceBlock, "dtype" | "shape">, bytes: () => Uint8Array) => {
    const block = take(type);
    try {
      await write(block, bytes());
    } catch (error) {
      api.AllocatorFree(allocator, block.address);
      throw error;
    }
    return block;
  };

  return {
    place: (tensor) => filled(tensor, () => tensorBytes(tensor)),
    allocate: (type) => filled(type, () => tensorBytes(zeroTensor(type))),
    read: async ({ dtype, shape, address }) =>
      tensorFromBytes(dtype, shape, await transfer.fromDevice(address, byteLength({ dtype, shape }))),
    write: (block, tensor) => write(block, tensorBytes(tensor)),
    window: ({ dtype, address }, offset, shape) => ({
      dtype,
      shape,
      address: address + BigInt(offset * elementSize(dtype)),
    }),
    release: ({ address }) => api.AllocatorFree(allocator, address),
    wrap: (block) => wrapMemory(library, memoryInfo, { ...block, bytes: byteLength(block) }),
    close: () => {
      api.ReleaseAllocator(allocator);
      transfer.close();
      api.ReleaseMemoryInfo(memoryInfo);
    },
  };
}

function byteLength({ dtype, shape }: Pick<DeviceBlock, "dtype" | "shape">): number {
  return elementCount(shape) * elementSize(dtype);
}
