import { SdttError } from "@sdtt/core";
import { acquireFileLock } from "@sdtt/hub";
import type { FileLock } from "@sdtt/hub";
import type { RunDirectory } from "../checkpoint/run-directory.ts";

/** Milliseconds. A second process learns within a beat that the first one lives. */
const timing = { poll: 100, heartbeat: 1000, staleAfter: 60_000, settle: 50 };

/**
 * The right to write into a run's directory. That of a process which is gone from this machine is taken over at once, that
 * of one which gives no sign of life from elsewhere after a minute.
 *
 * @throws SdttError `usage` if another process writes into it; `io` if the directory cannot be written; `aborted`.
 */
export async function lockRun(
  { path, lock }: RunDirectory,
  { signal }: { signal?: AbortSignal | undefined },
): Promise<FileLock> {
  const onPulse = (holder?: { readonly host: string; readonly pid: number }) => {
    const who = holder ? `process ${holder.pid} on ${holder.host.split(" ")[0]}` : "another process";
    throw new SdttError(
      "usage",
      `${path} is a run that ${who} is writing: wait for it, stop it, or choose another directory.`,
    );
  };
  try {
    return await acquireFileLock({ path: lock, timing, signal, onPulse });
  } catch (cause) {
    if (cause instanceof SdttError) throw cause;
    throw new SdttError("io", `${path} cannot be written: ${(cause as Error).message}.`, { cause });
  }
}
