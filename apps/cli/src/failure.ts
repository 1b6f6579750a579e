import { isSdttError } from "@sdtt/core";
import { CommanderError } from "commander";
import { exitStatus } from "./stop-signals.ts";

/** How a run ends: the exit status, and what to say on the way out. */
export interface Failure {
  /** 0 after help, 1 for a failure, 2 for misuse, 130 or 143 when a signal stopped it. */
  readonly status: number;
  /** One line, unless the stack was asked for. */
  readonly message?: string;
}

/** What an error that ended a command means to the person who typed it. */
export function describeFailure(error: unknown, options: { debug: boolean; signal: AbortSignal }): Failure {
  // Commander has said what it had to say.
  if (error instanceof CommanderError) return { status: error.exitCode === 0 ? 0 : 2 };
  const { aborted, reason } = options.signal;
  if (aborted || (isSdttError(error) && error.code === "aborted")) {
    return { status: exitStatus(reason), message: "Stopped." };
  }
  const message = options.debug ? inspectChain(error) : `error: ${oneLine(error)}`;
  return { status: isSdttError(error) && error.code === "usage" ? 2 : 1, message };
}

function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s*\n\s*/g, " ").trim();
}

function inspectChain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? String(error);
  return error.cause === undefined ? own : `${own}\ncaused by: ${inspectChain(error.cause)}`;
}
