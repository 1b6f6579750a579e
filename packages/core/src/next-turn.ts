import { throwIfAborted } from "./errors.ts";

/** Lets timers, signals and other requests have their turn in the midst of long work; throws `aborted` if the signal has fired. */
export async function nextTurn(signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, 0);
  });
  throwIfAborted(signal);
}
