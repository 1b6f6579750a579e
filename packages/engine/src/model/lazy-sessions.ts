import type { Weights } from "@sdtt/graph";
import type { Engine, LoadOptions } from "../engine.ts";
import { loadBound } from "./bound-session.ts";
import type { BoundSession, BuildProgram, ResidentWeights } from "./bound-session.ts";

/** Sessions by key, each loaded when it is first asked for. */
export interface LazySessions extends AsyncDisposable {
  /** `load` overrides the options that all sessions have. */
  get(key: string, build: BuildProgram, load?: LoadOptions): Promise<BoundSession>;
}

export function createLazySessions(
  engine: Engine,
  weights: Weights | ResidentWeights,
  options?: LoadOptions,
): LazySessions {
  const sessions = new Map<string, Promise<BoundSession>>();
  return {
    get(key, build, load = {}) {
      const known = sessions.get(key);
      if (known) return known;
      const loading = loadBound(engine, weights, build, { ...options, ...load });
      sessions.set(key, loading);
      return loading;
    },
    async [Symbol.asyncDispose]() {
      for (const session of await Promise.allSettled(sessions.values())) {
        if (session.status === "fulfilled") await session.value[Symbol.asyncDispose]();
      }
      sessions.clear();
    },
  };
}
