import type { Engine } from "../engine.ts";

type OnDevice = Pick<Engine, "device">;

/**
 * How much is computed at a time where nothing else is asked for. A CPU is busy with little, and more would only take
 * memory; a GPU is idle with it, and what does not fit there is split.
 */
export function usualLimits({ device }: OnDevice): { maxPositions: number; maxHeadRows: number } {
  return device === "cuda"
    ? { maxPositions: 32_768, maxHeadRows: 1024 }
    : { maxPositions: 4096, maxHeadRows: 64 };
}

/**
 * Fused operators that a device gets wrong, to be written in simpler ones. WebGPU's attention is flash attention from 32
 * positions on, which is written for subgroups of 16 threads and more: on a device with smaller ones (software devices have 4
 * or 8) it is off by 0.1 and more, without an error, and a program cannot ask for their size.
 */
export function operatorsToDecompose({ device }: OnDevice): readonly string[] {
  return device === "webgpu" ? ["MultiHeadAttention", "CachedAttention"] : [];
}
