import type { Tensor } from "@sdtt/core";
import type { Backend } from "../backend.ts";
import { compile } from "./executable.ts";
import { cpuMemory } from "./cpu-memory.ts";
import { create } from "./functions.ts";
import { loadLibrary } from "./library.ts";

/** ONNX Runtime logs what it also returns as an error; the error is enough. */
const logFatalOnly = 4;

/**
 * ONNX Runtime through its C API: a run takes a thread of libuv's pool, reads its inputs and writes its targets where
 * they lie.
 *
 * @throws SdttError `unavailable` if koffi or the library cannot be loaded.
 */
export async function openCApi({ threads }: { threads: number }): Promise<Backend<Tensor>> {
  const library = await loadLibrary();
  const { api } = library;
  const environment = create(api.CreateEnv, logFatalOnly, "sdtt");
  const memoryInfo = create(api.CreateCpuMemoryInfo, 0, 0);
  return {
    name: "c-api",
    device: "cpu",
    memory: cpuMemory,
    compile: (program, options) => compile({ library, environment, memoryInfo, threads }, program, options),
    close: () => {
      api.ReleaseMemoryInfo(memoryInfo);
      api.ReleaseEnv(environment);
    },
  };
}
