import { isSdttError, SdttError } from "@sdtt/core";
import type { DataType } from "@sdtt/core";
import { identityProgram, remoteEngine, sessionConfig, webgpuNodesOnCpu } from "@sdtt/engine";
import type { Channel, Device, DeviceTraits, Engine } from "@sdtt/engine";
import type { Program } from "@sdtt/graph";
import { openChannel } from "./channel.ts";
import { findGpu } from "./find-gpu.ts";

export interface WebEngineOptions {
  /**
   * `cpu`, which is WebAssembly, unless given. `webgpu` computes the network on the GPU, and draws tokens, which needs float64,
   * in WebAssembly. `auto` takes WebGPU where there is one.
   */
  readonly device?: "auto" | Exclude<Device, "cuda"> | undefined;
  /**
   * Threads of WebAssembly, 1 to 64. Unless given, half of what the processor runs at once and at most 4, as ONNX Runtime itself has it:
   * the page needs a core for its frames. One where the page is not cross-origin isolated.
   */
  readonly threads?: number | undefined;
  /** Told of what makes this slower than it could be, once for each reason; the code is `unavailable`. */
  readonly onNotice?: ((notice: SdttError) => void) | undefined;
  /** Ends the loading. */
  readonly signal?: AbortSignal | undefined;
}

/** An engine in a browser. */
export interface WebEngine extends Engine {
  readonly name: "web";
  readonly threads: number;
}

const optimizationLevels = { none: "disabled", basic: "basic", extended: "extended", all: "all" } as const;
const mostThreads = 64;
const usualThreads = 4;
/** Those of WebGPU in Node. */
const webgpuTraits: DeviceTraits = {
  maxPositions: 4096,
  maxHeadRows: 64,
  computeTypes: ["float16", "float32"],
};
/** Types that the build with WebGPU has next to no kernels for, on any device. */
const notInWebgpuBuild = new Set<DataType>(["float64", "int16", "uint16"]);

/**
 * Loads ONNX Runtime in a worker: 14 MB of WebAssembly, or 41 MB with WebGPU, which is a build of its own beside it.
 *
 * @throws SdttError `unavailable` if the device is not available here, or ONNX Runtime cannot be loaded; `usage` for threads
 *   out of range; `aborted`.
 */
export async function createWebEngine(options: WebEngineOptions = {}): Promise<WebEngine> {
  const { device: wanted = "cpu", onNotice = () => {}, signal } = options;
  const threads = usableThreads(options.threads, onNotice);
  const { device, channel } = await openDevice(wanted, { threads, onNotice, signal });
  const engine = remoteEngine({
    name: "web",
    device,
    ...(device === "webgpu" ? { traits: webgpuTraits } : {}),
    channel,
    settingsOf: (program, load) => ({
      executionProviders: providersFor(program, device),
      graphOptimizationLevel: optimizationLevels[load.optimization],
      enableMemPattern: false,
      logSeverityLevel: 4,
      extra: { session: sessionConfig(program, load) },
    }),
    withoutBfloat16: "cast inside the graph",
  });
  return { ...engine, name: "web", threads };
}

/** A program that takes what WebGPU has no kernels for, as the draw takes float64, is left to the plain build as a whole. */
function providersFor(program: Program, device: "cpu" | "webgpu"): readonly unknown[] {
  const isPlain = [...program.inputs, ...program.outputs].some(({ dtype }) => notInWebgpuBuild.has(dtype));
  if (device === "cpu" || isPlain) return ["wasm"];
  const forceCpuNodeNames = webgpuNodesOnCpu(program);
  // An option that is empty is refused.
  return [{ name: "webgpu", ...(forceCpuNodeNames.length > 0 ? { forceCpuNodeNames } : {}) }];
}

function usableThreads(wanted: number | undefined, onNotice: (notice: SdttError) => void): number {
  const cores = globalThis.navigator.hardwareConcurrency || 1;
  const threads = wanted ?? Math.min(usualThreads, Math.ceil(cores / 2));
  if (!Number.isSafeInteger(threads) || threads < 1 || threads > mostThreads) {
    throw new SdttError(
      "usage",
      `Threads: expected a whole number from 1 to ${mostThreads}; got ${threads}.`,
    );
  }
  if (threads === 1 || globalThis.crossOriginIsolated) return threads;
  onNotice(
    new SdttError(
      "unavailable",
      "This page is not cross-origin isolated, so the model runs on one thread: serve it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.",
    ),
  );
  return 1;
}

/** Starts the worker on a device, or with `auto` on the CPU where WebGPU is not there or does not start. */
async function openDevice(
  wanted: NonNullable<WebEngineOptions["device"]>,
  options: Pick<WebEngineOptions, "signal"> & {
    readonly threads: number;
    readonly onNotice: (notice: SdttError) => void;
  },
): Promise<{ readonly device: "cpu" | "webgpu"; readonly channel: Channel }> {
  const { threads, onNotice, signal } = options;
  const openOn = async (device: "cpu" | "webgpu") => {
    const model = new Uint8Array(identityProgram("float32").model);
    return { device, channel: await openChannel({ kind: "open", device, threads, model }, { signal }) };
  };
  if (wanted === "cpu") return openOn("cpu");
  let missing = await findGpu();
  let cause: unknown;
  if (missing === undefined) {
    try {
      return await openOn("webgpu");
    } catch (error) {
      if (!isSdttError(error) || error.code !== "unavailable") throw error;
      cause = error.cause ?? error;
      missing = `it does not start: ${(cause as Error).message.replace(/\.$/, "")}`;
    }
  }
  const message = `The device webgpu is not available: ${missing}.`;
  if (wanted === "webgpu") throw new SdttError("unavailable", `${message} Use the device cpu.`, { cause });
  onNotice(
    new SdttError("unavailable", `${message} The model runs in WebAssembly, which is slower.`, { cause }),
  );
  return openOn("cpu");
}
