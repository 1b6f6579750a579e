import { sessionConfig } from "@sdtt/engine";
import type { CompileOptions } from "@sdtt/engine";
import type { Program } from "@sdtt/graph";
import type { Provider } from "../../devices/support.ts";
import { appendProvider } from "./append-provider.ts";
import { create, type Handle } from "./functions.ts";
import type { Library } from "./library.ts";

/** What the sessions of one engine share. */
export interface Context {
  readonly library: Library;
  readonly environment: Handle;
  /** Describes ordinary memory, to wrap tensors that lie there. */
  readonly memoryInfo: Handle;
  readonly threads: number;
  /** Where to compute; on the CPU if absent. */
  readonly provider?: Provider | undefined;
}

export interface SessionSettings extends CompileOptions {
  /** Fails if the provider does not take the whole program, instead of leaving a part of it to the CPU. */
  readonly onDevice?: boolean;
}

/** GraphOptimizationLevel. */
const optimizationLevels = { none: 0, basic: 1, extended: 2, all: 99 } as const;

/** Makes an OrtSession of a program's bytes, on another thread. */
export async function createSession(
  { library, environment, threads, provider }: Context,
  program: Program,
  { onDevice = false, ...options }: SessionSettings,
): Promise<Handle> {
  const { api } = library;
  const settings = create(api.CreateSessionOptions);
  try {
    api.SetIntraOpNumThreads(settings, threads);
    api.SetSessionGraphOptimizationLevel(settings, optimizationLevels[options.optimization]);
    // A pattern plans one block for the largest shapes seen and keeps it: more memory, and no faster.
    api.DisableMemPattern(settings);
    const config = sessionConfig(program, options);
    if (onDevice && provider) config.disable_cpu_ep_fallback = "1";
    for (const [key, value] of Object.entries(config)) {
      api.AddSessionConfigEntry(settings, `session.${key}`, value);
    }
    if (provider) appendProvider(library, settings, provider, program, options);
    const session = new BigUint64Array(1);
    const { model } = program;
    await api.CreateSessionFromArray.async([environment, model, model.byteLength, settings, session]);
    await library.trimHeap();
    return session[0]!;
  } finally {
    api.ReleaseSessionOptions(settings);
  }
}
