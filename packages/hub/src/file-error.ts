import { SdttError } from "@sdtt/core";

/** What the operating system refused, as an error of ours: which file, what was tried, why not. */
export function fileError(path: string, attempt: "opened" | "read" | "written", cause: unknown): SdttError {
  const code = errorCode(cause);
  if (attempt === "opened" && (code === "ENOENT" || code === "ENOTDIR")) {
    return new SdttError("not-found", `There is nothing at ${path}.`, { cause });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SdttError("io", `${path} cannot be ${attempt}: ${reason}.`, { cause });
}

/** The code of a system error, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
