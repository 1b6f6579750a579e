import { SdttError } from "@sdtt/core";
import type { Device } from "@sdtt/engine";

/** How a GPU is used. What a device does not know is ignored by none of them: it is refused. */
export interface GpuOptions {
  /** Which GPU, as its driver counts them; 0 if absent. CUDA only. */
  readonly deviceId?: number | undefined;
  /** Bytes of the GPU's memory that each session may hold for its activations; all if absent. CUDA only. */
  readonly memoryLimit?: number | undefined;
  /**
   * Whether float32 matrix products may round their factors to 10 bits of mantissa (TF32): several times as fast, and no
   * longer within 1e-3 of the CPU. false if absent. CUDA only.
   */
  readonly tf32?: boolean | undefined;
}

/** An execution provider of ONNX Runtime beside the CPU's, and what it is told. */
export interface Provider {
  readonly device: Exclude<Device, "cpu">;
  readonly deviceId: number;
  /** By the names that ONNX Runtime gives them. */
  readonly options: Readonly<Record<string, string>>;
}

/**
 * The provider of a device; none for the CPU.
 *
 * @throws SdttError `usage` for options that are out of range or mean nothing to the device.
 */
export function providerOf(device: Device, gpu: GpuOptions = {}): Provider | undefined {
  const { deviceId = 0, memoryLimit, tf32 = false } = gpu;
  checkWhole("The id of a GPU", deviceId, 0);
  if (memoryLimit !== undefined) checkWhole("The limit of a GPU's memory", memoryLimit, 1);
  if (device === "cuda") {
    const options: Record<string, string> = {
      device_id: String(deviceId),
      // By powers of two, what is held would be up to twice what is needed.
      arena_extend_strategy: "kSameAsRequested",
      use_tf32: tf32 ? "1" : "0",
    };
    if (memoryLimit !== undefined) options.gpu_mem_limit = String(memoryLimit);
    return { device, deviceId, options };
  }
  const given = Object.entries(gpu).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (given.length > 0) {
    throw new SdttError("usage", `The device ${device} takes no ${given.join(", ")}: that is for cuda.`);
  }
  return device === "webgpu" ? { device, deviceId, options: {} } : undefined;
}

function checkWhole(what: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new SdttError("usage", `${what}: expected a whole number from ${least}, got ${value}.`);
}
