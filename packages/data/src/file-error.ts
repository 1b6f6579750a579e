import { SdttError } from "@sdtt/core";

/**
 * What the operating system refused, as an error of ours: which file, what was tried, why not. Any other error is given
 * back as it is.
 */
export function fileError(
  path: string,
  attempt: "opened" | "read" | "written" | "removed",
  cause: unknown,
): unknown {
  if (!(cause instanceof Error && "syscall" in cause)) return cause;
  if (isMissing(cause) && attempt !== "written") {
    return new SdttError("not-found", `There is nothing at ${path}.`, { cause });
  }
  return new SdttError("io", `${path} cannot be ${attempt}: ${reasonOf(cause)}.`, { cause });
}

/** True if the operating system found nothing at the path. */
export function isMissing(error: unknown): boolean {
  const code = errorCode(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/** The words of an error in one line. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ");
}
