import { SdttError } from "@sdtt/core";
import type { DeviceTraits, GpuOptions, NativeFailures, Provider, Registration } from "@sdtt/runtime/device";

/** Positions of `CreateCUDAProviderOptions` and its siblings in `OrtApi`; the last appends with options of version 2. */
const registration: Registration = { create: 205, update: 206, append: 204, release: 208 };

/** A GPU is idle with what keeps a CPU busy; a pass that does not fit is halved. Guesses until measured. */
const traits: DeviceTraits = {
  maxPositions: 32_768,
  maxHeadRows: 1024,
  computeTypes: ["bfloat16", "float16", "float32"],
};

const failures: NativeFailures = {
  outOfMemory: /CUBLAS_STATUS_ALLOC_FAILED/,
  /** Errors after which a process cannot use the device any more. */
  deviceLost: /CUDA failure (?:46|700|702|710|714|715|716|717|718|719|999)\b/,
};

/** @throws SdttError `usage` for options that are out of range. */
export function providerOf(gpu: GpuOptions = {}): Provider {
  const { deviceId = 0, memoryLimit, tf32 = false } = gpu;
  checkWhole("The id of a GPU", deviceId, 0);
  if (memoryLimit !== undefined) checkWhole("The limit of a GPU's memory", memoryLimit, 1);
  return {
    device: "cuda",
    deviceId,
    options: {
      device_id: String(deviceId),
      // By powers of two, what is held would be up to twice what is needed.
      arena_extend_strategy: "kSameAsRequested",
      use_tf32: tf32 ? "1" : "0",
      ...(memoryLimit === undefined ? {} : { gpu_mem_limit: String(memoryLimit) }),
    },
    // The copies of the engine itself have other addresses in each run, so that this is never an option of all sessions.
    optionsFor: (_, { replay }) => (replay ? { enable_cuda_graph: "1" } : {}),
    registration,
    memory: "Cuda",
    traits,
    failures,
  };
}

function checkWhole(what: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new SdttError("usage", `${what}: expected a whole number from ${least}, got ${value}.`);
}
