import { isSdttError, SdttError, throwIfAborted, untilAborted } from "@sdtt/core";
import { buffersIn, nativeError } from "@sdtt/engine";
import type { Answer, Channel, Request } from "@sdtt/engine";
import type { OpenRequest } from "./open-request.ts";
import { startWorker } from "./start-worker.ts";

/**
 * Starts the worker; settled when ONNX Runtime is loaded in it. It ends with the page, if not before.
 *
 * @throws SdttError `unavailable` if it cannot be started; `aborted`.
 */
export async function openChannel(
  request: OpenRequest,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Channel> {
  throwIfAborted(signal);
  let settle: ((answer: Answer | Error) => void) | undefined;
  let failure: Error | undefined;
  const worker = startWorker();
  const fail = (message: string): void => {
    failure ??= new Error(message);
    settle?.(failure);
  };
  worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => settle?.(data));
  worker.addEventListener("error", ({ message }) => fail(message || "its script cannot be loaded"));
  worker.addEventListener("messageerror", () => fail("a message cannot be read"));

  const ask = async (request: Request | OpenRequest): Promise<unknown> => {
    const given = await new Promise<Answer | Error>((resolve) => {
      settle = resolve;
      if (failure) resolve(failure);
      else worker.postMessage(request, { transfer: buffersIn(request) });
    });
    if (given instanceof Error) {
      throw new SdttError("unavailable", `The worker that computes has failed: ${given.message}.`, {
        cause: given,
      });
    }
    if ("error" in given) throw nativeError(given.error);
    return given.value;
  };
  const close = (): Promise<void> => {
    worker.terminate();
    fail("it was closed");
    return Promise.resolve();
  };

  try {
    await untilAborted(ask(request), signal);
  } catch (error) {
    await close();
    if (!isSdttError(error) || error.code !== "runtime") throw error;
    throw new SdttError(
      "unavailable",
      `ONNX Runtime cannot be loaded in this page: ${error.message} The page must be able to fetch its files, and a content-security policy must allow 'wasm-unsafe-eval' and workers.`,
      { cause: error },
    );
  }
  return { ask, close };
}
