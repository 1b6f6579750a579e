import type { DeviceTraits, Engine } from "../engine.ts";

/** A CPU is busy with little at a time, and more would only take memory. */
const processor: DeviceTraits = {
  maxPositions: 4096,
  maxHeadRows: 64,
  computeTypes: ["float16", "float32", "int8"],
};

/** What decides how much an engine computes at a time, and in which types. */
export function traitsOf({ traits = processor }: Pick<Engine, "traits">): DeviceTraits {
  return traits;
}

/**
 * Fused operators that a device gets wrong, to be written in simpler ones. WebGPU's attention is flash attention from 32
 * positions on, which is written for subgroups of 16 threads and more: on a device with smaller ones (software devices have 4
 * or 8) it is off by 0.1 and more, without an error, and a program cannot ask for their size.
 */
export function operatorsToDecompose({ device }: Pick<Engine, "device">): readonly string[] {
  return device === "webgpu" ? ["MultiHeadAttention", "CachedAttention"] : [];
}
