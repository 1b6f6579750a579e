import { availableParallelism } from "node:os";
import { isSdttError, SdttError } from "@sdtt/core";
import type { Device, Engine } from "@sdtt/engine";
import { inspectDevice, openGpuEngine } from "../doctor/devices.ts";
import { openBinding } from "./binding/backend.ts";
import { openCApi } from "./c-api/backend.ts";
import { namedLibraries } from "./c-api/library.ts";
import { providerOf } from "./provider.ts";
import type { GpuOptions, Provider } from "./provider.ts";

/** The ways to ONNX Runtime from Node. */
export type EngineName = Exclude<Engine["name"], "web">;

export interface EngineOptions {
  /** `auto` takes `c-api`, and `binding` where its libraries cannot be loaded. The engine's `name` says which it is. */
  readonly engine?: "auto" | EngineName | undefined;
  /**
   * `cpu` if absent. `auto` takes `cuda` where it can be used, else `cpu`; the engine's `device` says which it took. WebGPU
   * is taken by name only: on many machines it is the CPU in disguise.
   */
  readonly device?: "auto" | Device | undefined;
  /** How a GPU is used. With `auto` they count if it takes one. */
  readonly gpu?: GpuOptions | undefined;
  /** Threads of one run on the CPU; as many as the process may use at once if absent. */
  readonly threads?: number | undefined;
  /**
   * A folder with another build of ONNX Runtime's library, and its providers beside it. If absent, the one that the
   * environment variable SDTT_ONNXRUNTIME names, else onnxruntime-node's own.
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
  const provider = await chooseProvider({ device, gpu, engine, threads, libraries });
  if (engine === "binding") {
    refuseForBinding(provider, libraries);
    return openBinding({ threads });
  }
  if (provider) return openGpuEngine({ threads, libraries, provider });
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

async function chooseProvider({
  device,
  gpu,
  engine,
  ...options
}: Required<Pick<EngineOptions, "device" | "gpu" | "engine" | "libraries">> & {
  threads: number;
}): Promise<Provider | undefined> {
  if (device !== "auto") return providerOf(device!, gpu);
  if (engine === "binding") return undefined;
  const cuda = providerOf("cuda", gpu)!;
  const { available } = await inspectDevice("cuda", { ...options, provider: cuda });
  return available ? cuda : undefined;
}

/** The stock binding passes on next to none of a provider's options, and takes every tensor back and forth. */
function refuseForBinding(provider: Provider | undefined, libraries: string | undefined): void {
  if (provider) {
    throw new SdttError(
      "unavailable",
      `The engine "binding" computes on the CPU only: use "c-api" for ${provider.device}.`,
    );
  }
  if (libraries !== undefined) {
    throw new SdttError(
      "unavailable",
      `The engine "binding" is bound to onnxruntime-node's own library: use "c-api" for the one in ${libraries}.`,
    );
  }
}
