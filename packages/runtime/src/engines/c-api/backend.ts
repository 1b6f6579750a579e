import { engineOn } from "@sdtt/engine";
import type { Engine } from "@sdtt/engine";
import type { Preload, Provider } from "../../devices/support.ts";
import { openWeightFiles } from "../weight-files.ts";
import { deviceMemory } from "./device-memory.ts";
import { compile } from "./executable.ts";
import { create } from "./functions.ts";
import { hostMemory } from "./host-memory.ts";
import { createIdentitySession } from "./identity-session.ts";
import { loadLibrary, preloadLibraries } from "./library.ts";
import type { NativeMemory } from "./native-memory.ts";
import type { Context } from "./session.ts";

/** ONNX Runtime logs what it also returns as an error; the error is enough. */
const logFatalOnly = 4;

export interface CApiOptions {
  readonly threads: number;
  /** Where to compute; on the CPU if absent. */
  readonly provider?: Provider | undefined;
  /** The folder of ONNX Runtime's library; onnxruntime-node's own if absent. */
  readonly libraries?: string | undefined;
  /** What to load before the provider. */
  readonly preload?: readonly Preload[];
  /**
   * ONNX Runtime's name of the memory that resident tensors live in; absent for arrays. By default the provider's, if it
   * has any with addresses.
   */
  readonly memory?: string | undefined;
}

/**
 * ONNX Runtime through its C API: a run takes a thread of libuv's pool, reads its inputs and writes its targets where
 * they lie.
 *
 * @throws SdttError `unavailable` if koffi or the library cannot be loaded; `runtime` if the device cannot be used.
 */
export async function openCApi(options: CApiOptions): Promise<Engine> {
  const { threads, provider, libraries, preload = [] } = options;
  const { memory = provider?.memory } = options;
  const shared = await loadLibrary(libraries);
  await preloadLibraries(preload);
  const library = provider?.failures ? shared.withFailures(provider.failures) : shared;
  const { api } = library;
  const environment = create(api.CreateEnv, logFatalOnly, "sdtt");
  const memoryInfo = create(api.CreateCpuMemoryInfo, 0, 0);
  const context: Context = { library, environment, memoryInfo, threads, provider };
  const close = () => {
    api.ReleaseMemoryInfo(memoryInfo);
    api.ReleaseEnv(environment);
  };
  try {
    if (memory !== undefined) return engineFrom(context, await deviceMemory(context, memory), close);
    if (provider) await tryProvider(context);
    return engineFrom(context, hostMemory(context), close);
  } catch (error) {
    close();
    throw error;
  }
}

function engineFrom<Block>(context: Context, memory: NativeMemory<Block>, close: () => void): Engine {
  return engineOn({
    name: "c-api",
    device: context.provider?.device ?? "cpu",
    openFiles: openWeightFiles,
    traits: context.provider?.traits,
    memory,
    // Not every provider is known to allow it.
    compilesBeside: !context.provider,
    compile: (program, options) => compile(context, memory, program, options),
    close: () => {
      memory.close();
      close();
    },
  });
}

/** Throws now what the first program would: that there is no such device, or that it cannot be used. */
async function tryProvider(context: Context): Promise<void> {
  context.library.api.ReleaseSession(await createIdentitySession(context, "float32"));
}
