import { constants } from "node:os";
import { onOrphaned } from "./on-orphaned.ts";

/** How a command is told to stop. */
export interface StopSignals {
  /** Fires at the first SIGINT or SIGTERM, with its name as the reason. */
  readonly signal: AbortSignal;
  /** Fires it for another reason. */
  stop(): void;
  /** Until it is disposed of, only a second signal ends the process by force. */
  deferExit(): Disposable;
}

type StopSignal = "SIGINT" | "SIGTERM";

/** Milliseconds from the first signal to the end of a command that does not end by itself. */
const grace = 750;

/** Milliseconds after the first signal in which others are its echo: a terminal, npm and the launcher each pass it on. */
const echo = 500;

/**
 * The first signal asks the command to stop; if that takes longer than the grace period, or at a second signal, the process
 * ends with whatever it is doing: calls of the operating system and of ONNX Runtime cannot all be ended from here.
 */
export function listenForStop(): StopSignals {
  const controller = new AbortController();
  let first: StopSignal | undefined;
  let since = 0;
  let deferred = 0;
  const endIfDue = () => {
    if (first && deferred === 0) setTimeout(() => deferred === 0 && endNow(first!), grace).unref();
  };
  const take = (name: StopSignal) => {
    if (first && performance.now() - since < echo) return;
    if (first) endNow(name);
    first = name;
    since = performance.now();
    controller.abort(name);
    endIfDue();
  };
  const listen = (name: StopSignal) => process.on(name, () => take(name));
  listen("SIGINT");
  listen("SIGTERM");
  onOrphaned(() => {
    if (!first) take("SIGTERM");
  });
  return {
    signal: controller.signal,
    stop: () => controller.abort(),
    deferExit() {
      deferred++;
      return {
        [Symbol.dispose]() {
          deferred--;
          endIfDue();
        },
      };
    },
  };
}

/**
 * Runs what is to be done at exit (temporary files are removed) and lets the signal take its usual effect, which a shell
 * reports as 130 or 143. `process.exit` alone would wait for every thread that is in a call.
 */
function endNow(name: StopSignal): never {
  process.stderr.write("Stopped.\n");
  process.once("exit", () => {
    process.removeAllListeners(name);
    process.kill(process.pid, name);
  });
  process.exit(exitStatus(name));
}

/** The exit status of a command that a signal stopped: 130 for SIGINT, 143 for SIGTERM. */
export function exitStatus(name: unknown): number {
  return 128 + (name === "SIGTERM" ? constants.signals.SIGTERM : constants.signals.SIGINT);
}
