import type { Writable } from "node:stream";

/** What the command line touches of the world, so that tests can hand it another. */
export interface CliContext {
  /** Data goes here and nothing else. */
  readonly stdout: Writable;
  /** Progress, warnings and errors go here. */
  readonly stderr: Writable & TerminalSize;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Fires when the person asks to stop. */
  readonly signal: AbortSignal;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

interface TerminalSize {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** One line to a stream. */
export function printLine(stream: Writable, line = ""): void {
  stream.write(`${line}\n`);
}
