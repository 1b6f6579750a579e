import type { Readable, Writable } from "node:stream";
import { formatTable } from "@sdtt/report/text";
import type { Table } from "@sdtt/report/text";

/** What the command line touches of the world, so that tests can hand it another. */
export interface CliContext {
  /** Read where an argument is `-`. */
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** Data goes here and nothing else. */
  readonly stdout: Writable;
  /** Progress, warnings and errors go here. */
  readonly stderr: Writable & TerminalSize;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Fires when the person asks to stop; its reason is the name of the signal, `SIGINT` or `SIGTERM`. */
  readonly signal: AbortSignal;
  /**
   * Until it is disposed of, the command may take longer than a second to end after the first signal: to answer requests
   * that are under way, or to save a checkpoint. A second signal still ends it at once.
   */
  readonly deferExit?: () => Disposable;
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

/** A table to where data goes. */
export function printTable({ stdout }: Pick<CliContext, "stdout">, { columns, rows }: Table): void {
  printLine(stdout, formatTable(columns, rows));
}
