import { availableParallelism } from "node:os";
import type { Engine, Session } from "../../engine.ts";
import { createQueue } from "../queue.ts";
import type { Context } from "./context.ts";
import { create } from "./functions.ts";
import { loadLibrary } from "./library.ts";
import { createResidents } from "./residents.ts";
import { createSession } from "./session.ts";

/** ONNX Runtime logs what it also returns as an error; the error is enough. */
const logFatalOnly = 4;

/**
 * The engine over ONNX Runtime's C API: runs on a thread of its own, inputs and residents used where they lie.
 *
 * @throws SdttError `unavailable` if koffi or the library cannot be loaded.
 */
export async function createCApiEngine({
  threads = availableParallelism(),
}: { threads?: number } = {}): Promise<Engine> {
  const library = await loadLibrary();
  const { api } = library;
  const queue = createQueue();
  const context: Context = {
    library,
    api,
    environment: create(api.CreateEnv, logFatalOnly, "sdtt"),
    memoryInfo: create(api.CreateCpuMemoryInfo, 0, 0),
    threads,
    queue,
    residents: createResidents(queue),
  };
  const sessions = new Set<Session>();

  return {
    name: "c-api",
    device: "cpu",
    load: async (program, options = {}) => {
      const session = await queue(() => createSession(context, program, options));
      sessions.add(session);
      return session;
    },
    place: async (tensor) => context.residents.place(tensor),
    [Symbol.asyncDispose]: async () => {
      for (const session of sessions) await session[Symbol.asyncDispose]();
      api.ReleaseMemoryInfo(context.memoryInfo);
      api.ReleaseEnv(context.environment);
    },
  };
}
