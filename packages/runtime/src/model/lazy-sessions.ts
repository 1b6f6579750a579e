import type { Program } from "@sdtt/graph";
import type { Engine, Session } from "../engine.ts";

/** Sessions by key, each loaded when it is first asked for. */
export interface LazySessions extends AsyncDisposable {
  get(key: string, build: () => Program): Promise<Session>;
}

export function createLazySessions(engine: Engine): LazySessions {
  const sessions = new Map<string, Promise<Session>>();
  return {
    get(key, build) {
      const known = sessions.get(key);
      if (known) return known;
      const loading = engine.load(build());
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
