import { Worker } from "node:worker_threads";
import { SdttError } from "@sdtt/core";
import { nativeError } from "@sdtt/engine";
import type { Answer, Channel, Request } from "@sdtt/engine";
import { buffersIn } from "./messages.ts";

/** Beside this module, as written or as built. */
const workerModule = import.meta.url.endsWith(".ts")
  ? new URL("./worker.ts", import.meta.url)
  : new URL("./worker.js", import.meta.url);

/**
 * Starts the worker; settled when onnxruntime-node is loaded in it. It keeps the process alive only while it owes an answer. It
 * ends by itself when it is closed: ending it by force in the middle of a run would end the process.
 */
export async function openChannel(): Promise<Channel> {
  const worker = new Worker(workerModule);
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  let settle: ((answer: Answer | Error) => void) | undefined;
  let failure: Error | undefined;

  worker.on("message", (answer: Answer) => settle?.(answer));
  worker.on("error", (error) => {
    failure = error instanceof Error ? error : new Error(String(error));
    settle?.(failure);
  });
  worker.on("exit", () => {
    failure ??= new Error("the thread has ended");
    settle?.(failure);
  });

  const answer = async (): Promise<unknown> => {
    worker.ref();
    const given = await new Promise<Answer | Error>((resolve) => {
      settle = resolve;
      if (failure) resolve(failure);
    });
    worker.unref();
    if (given instanceof Error) {
      throw new SdttError("unavailable", `onnxruntime-node cannot be used: ${given.message}.`, {
        cause: given,
      });
    }
    if ("error" in given) throw nativeError(given.error);
    return given.value;
  };

  const ask = (request: Request): Promise<unknown> => {
    if (!failure) worker.postMessage(request, buffersIn(request));
    return answer();
  };

  await answer();
  return {
    ask,
    close: async () => {
      await ask({ kind: "close" });
      worker.ref();
      await ended;
    },
  };
}
