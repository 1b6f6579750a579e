import { SdttError } from "@sdtt/core";
import { identityProgram, remoteEngine, sessionConfig, webgpuNodesOnCpu } from "@sdtt/engine";
import type { Device, Engine } from "@sdtt/engine";
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
   * Threads of WebAssembly, 1 to 64. Unless given, as many as the processor runs at once, and one where the page is not
   * cross-origin isolated.
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

/**
 * Loads ONNX Runtime in a worker: 14 MB of WebAssembly, or 27 MB with WebGPU.
 *
 * @throws SdttError `unavailable` if the device is not available here, or ONNX Runtime cannot be loaded; `usage` for threads
 *   out of range; `aborted`.
 */
export async function createWebEngine(options: WebEngineOptions = {}): Promise<WebEngine> {
  const { device: wanted = "cpu", onNotice = () => {}, signal } = options;
  const threads = usableThreads(options.threads, onNotice);
  const device = await chooseDevice(wanted, onNotice);
  const model = new Uint8Array(identityProgram("float32").model);
  const channel = await openChannel({ kind: "open", device, threads, model }, { signal });
  const engine = remoteEngine({
    name: "web",
    device,
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

/** WebGPU has no float64: a program that takes any, as the draw does, is left to WebAssembly as a whole. */
function providersFor(program: Program, device: "cpu" | "webgpu"): readonly unknown[] {
  const isExact = program.inputs.some(({ dtype }) => dtype === "float64");
  if (device === "cpu" || isExact) return ["wasm"];
  const forceCpuNodeNames = webgpuNodesOnCpu(program);
  // An option that is empty is refused.
  return [{ name: "webgpu", ...(forceCpuNodeNames.length > 0 ? { forceCpuNodeNames } : {}) }];
}

function usableThreads(wanted: number | undefined, onNotice: (notice: SdttError) => void): number {
  const cores = globalThis.navigator.hardwareConcurrency || 1;
  const threads = wanted ?? Math.min(cores, mostThreads);
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

async function chooseDevice(
  wanted: NonNullable<WebEngineOptions["device"]>,
  onNotice: (notice: SdttError) => void,
): Promise<"cpu" | "webgpu"> {
  if (wanted === "cpu") return "cpu";
  const missing = await findGpu();
  if (missing === undefined) return "webgpu";
  const message = `The device webgpu is not available: ${missing}.`;
  if (wanted === "webgpu") throw new SdttError("unavailable", `${message} Use the device cpu.`);
  onNotice(new SdttError("unavailable", `${message} The model runs in WebAssembly, which is slower.`));
  return "cpu";
}
