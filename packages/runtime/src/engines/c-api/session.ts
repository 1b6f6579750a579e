import type { Program } from "@sdtt/graph";
import type { LoadOptions } from "../../engine.ts";
import { sessionConfig } from "../session-config.ts";
import { create, type Handle } from "./functions.ts";
import type { Library } from "./library.ts";

/** What the sessions of one engine share. */
export interface Context {
  readonly library: Library;
  readonly environment: Handle;
  /** Describes ordinary memory, to wrap tensors that lie there. */
  readonly memoryInfo: Handle;
  readonly threads: number;
}

/** GraphOptimizationLevel. */
const optimizationLevels = { none: 0, basic: 1, extended: 2, all: 99 } as const;

/** Makes an OrtSession of a program's bytes, on another thread. */
export async function createSession(
  { library: { api }, environment, threads }: Context,
  program: Program,
  options: Required<LoadOptions>,
): Promise<Handle> {
  const settings = create(api.CreateSessionOptions);
  try {
    api.SetIntraOpNumThreads(settings, threads);
    api.SetSessionGraphOptimizationLevel(settings, optimizationLevels[options.optimization]);
    // A pattern plans one block for the largest shapes seen and keeps it: more memory, and no faster.
    api.DisableMemPattern(settings);
    for (const [key, value] of Object.entries(sessionConfig(program, options))) {
      api.AddSessionConfigEntry(settings, `session.${key}`, value);
    }
    const session = new BigUint64Array(1);
    const { model } = program;
    await api.CreateSessionFromArray.async([environment, model, model.byteLength, settings, session]);
    return session[0]!;
  } finally {
    api.ReleaseSessionOptions(settings);
  }
}
