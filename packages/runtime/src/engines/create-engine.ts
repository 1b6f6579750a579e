import { availableParallelism } from "node:os";
import { isSdttError, SdttError } from "@sdtt/core";
import type { Device, Engine } from "@sdtt/engine";
import { packagedDevices } from "../devices/find-support.ts";
import { openDevice, tryDevice } from "../devices/open-device.ts";
import type { DeviceSupport, GpuOptions } from "../devices/support.ts";
import { refuseGpuOptions } from "../devices/webgpu.ts";
import { openBinding } from "./binding/backend.ts";
import { openCApi } from "./c-api/backend.ts";
import { namedLibraries } from "./c-api/library.ts";

/** The ways to ONNX Runtime from Node. */
export type EngineName = Exclude<Engine["name"], "web">;

export interface EngineOptions {
  /** `auto` takes `c-api`, and `binding` where its libraries cannot be loaded. The engine's `name` says which it is. */
  readonly engine?: "auto" | EngineName | undefined;
  /**
   * `cpu` if absent. A device that a package brings is named if that package is installed beside this one, or given as the
   * package's `DeviceSupport`. `auto` takes a GPU whose package is installed where it can be used, else `cpu`; the engine's
   * `device` says which it took. WebGPU is taken by name only: on many machines it is the CPU in disguise.
   */
  readonly device?: "auto" | Device | DeviceSupport | undefined;
  /** How a GPU is used. With `auto` they count if it takes one. */
  readonly gpu?: GpuOptions | undefined;
  /** Threads of one run on the CPU; as many as the process may use at once if absent. */
  readonly threads?: number | undefined;
  /**
   * A folder with another build of ONNX Runtime's library, and its providers beside it. If absent, the one that the
   * environment variable SDTT_ONNXRUNTIME names, else the one that the device's package installed, else onnxruntime-node's own.
   */
  readonly libraries?: string | undefined;
}

/**
 * Opens the way to ONNX Runtime.
 *
 * @throws SdttError `unavailable` if the engine or the device is not available here, with what is missing and what to do:
 *   no other device takes its place; `usage` for options out of range.
 */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const { engine = "auto", device = "cpu", gpu, threads = availableParallelism() } = options;
  const { libraries = namedLibraries() } = options;
  checkThreads(threads);
  if (device !== "auto" && device !== "cpu") {
    const name = typeof device === "string" ? device : device.device;
    if (engine === "binding") refuseForBinding(`"c-api" for ${name}`);
    return openDevice({ device, gpu, threads, libraries });
  }
  if (device === "cpu") refuseGpuOptions(device, gpu ?? {});
  if (engine === "binding") {
    if (libraries !== undefined) refuseForBinding(`"c-api" for the library in ${libraries}`);
    return openBinding({ threads });
  }
  if (device === "auto") {
    for (const packaged of packagedDevices) {
      const opened = await tryDevice({ device: packaged, gpu, threads, libraries });
      if ("engine" in opened) return opened.engine;
    }
  }
  try {
    return await openCApi({ threads, libraries });
  } catch (error) {
    // Whoever names a library means that one.
    if (engine === "c-api" || libraries !== undefined || !isSdttError(error)) throw error;
    return openBinding({ threads });
  }
}

/** More threads than cores only get in each other's way: on two cores 128 take ten times as long as 2, 512 minutes. */
function checkThreads(threads: number): void {
  const cores = availableParallelism();
  const most = Math.max(64, 4 * cores);
  if (Number.isSafeInteger(threads) && threads >= 1 && threads <= most) return;
  throw new SdttError(
    "usage",
    `Threads: expected a whole number from 1 to ${most} on this machine of ${cores} cores; got ${threads}.`,
  );
}

/** The stock binding passes on next to none of a provider's options, and takes every tensor back and forth. */
function refuseForBinding(instead: string): never {
  throw new SdttError(
    "unavailable",
    `The engine "binding" computes on the CPU, with onnxruntime-node's own library: use ${instead}.`,
  );
}
