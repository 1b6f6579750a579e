/**
 * What kind of thing went wrong. Callers switch on it; the command line maps `usage` to exit status 2 and the
 * others to 1.
 */
export type SdttErrorCode =
  /** The caller asked for something that cannot be: a bad option, a contradiction between options. */
  | "usage"
  /** A file or answer is not what its format promises: truncated, overlapping, contradicting itself. */
  | "format"
  /** A checkpoint does not hold the model that was expected. */
  | "checkpoint"
  /** Something that was named does not exist: a path, a model, a revision. */
  | "not-found"
  /** A file could not be read or written. */
  | "io"
  /** The network or a server failed. */
  | "network"
  /** A server refused: a token is missing or lacks a right. */
  | "unauthorized"
  /** The machine lacks something: a device, a library. */
  | "unavailable"
  /** There was too little memory, the machine's or a device's. Less at a time may work. */
  | "out-of-memory"
  /** The runtime failed while it ran a program. */
  | "runtime"
  /** A number that had to be finite was not. */
  | "numeric"
  /** The caller asked to stop. */
  | "aborted";

/**
 * The one error class of the project. The message says what failed and where, what was expected and what was found, and
 * what to do.
 */
export class SdttError extends Error {
  override readonly name = "SdttError";
  readonly code: SdttErrorCode;

  constructor(code: SdttErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** True for errors of this project, also when they come from another copy of this package. */
export function isSdttError(value: unknown): value is SdttError {
  return value instanceof Error && value.name === "SdttError";
}

/** Throws an `aborted` error if the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new SdttError("aborted", "Stopped, as asked.", { cause: signal.reason });
  }
}
