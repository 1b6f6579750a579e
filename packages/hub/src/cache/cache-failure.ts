import { isSdttError, SdttError } from "@sdtt/core";
import { errorCode } from "../file-error.ts";

/**
 * Runs an operation on a file of the cache, and says of its failure what could not be done, why, and what to do.
 * `action` is an infinitive: "write".
 */
export async function onCacheFile<T>(action: string, path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw isSdttError(error) ? error : explainCacheFailure(error, action, path);
  }
}

function explainCacheFailure(error: unknown, action: string, path: string): SdttError {
  const code = errorCode(error);
  const reason = reasons[code ?? ""] ?? (error instanceof Error ? error.message : String(error));
  return new SdttError("io", `Cannot ${action} ${path}: ${reason}.`, { cause: error });
}

const elsewhere = "or set HF_HUB_CACHE to a directory elsewhere";
const full = `the disk is full; make room (what was received is kept, and the download resumes there), ${elsewhere}`;
const forbidden = `this user may not do that there; change the permissions, ${elsewhere}`;

const reasons: Record<string, string> = {
  ENOSPC: full,
  EDQUOT: full,
  EACCES: forbidden,
  EPERM: forbidden,
  EROFS: `the file system is read-only; mount it writable, ${elsewhere}`,
  ENOTDIR: `a part of the path is a file; remove it, ${elsewhere}`,
  EEXIST: `a file stands where a directory is needed; remove it, ${elsewhere}`,
};
