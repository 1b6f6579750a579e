import type { Clock } from "./clock.ts";

/**
 * Fires its signal when nothing was heard for a while, when the outer signal fires, and when it is dismissed, which ends
 * a request whose answer nobody reads to the end.
 */
export interface Watchdog extends Disposable {
  readonly signal: AbortSignal;
  /** True if silence was the reason. */
  readonly barked: boolean;
  /** Something was heard. */
  reset(): void;
}

export function startWatchdog(options: {
  readonly clock: Clock;
  /** Milliseconds of silence. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}): Watchdog {
  const { clock, timeout, signal } = options;
  const controller = new AbortController();
  const ended = new AbortController();
  let barked = false;
  let lastHeard = clock.now();

  async function watch(): Promise<void> {
    for (let left = timeout; left > 0; left = lastHeard + timeout - clock.now()) {
      await clock.sleep(left, ended.signal);
    }
    barked = true;
    controller.abort(new Error(`Nothing was received for ${timeout / 1000} s.`));
  }
  watch().catch(() => {}); // The sleep ends with a rejection when the watchdog is dismissed.

  return {
    signal: signal ? AbortSignal.any([controller.signal, signal]) : controller.signal,
    get barked() {
      return barked;
    },
    reset() {
      lastHeard = clock.now();
    },
    [Symbol.dispose]() {
      ended.abort();
      controller.abort();
    },
  };
}
