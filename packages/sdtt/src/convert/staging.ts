import { randomUUID } from "node:crypto";
import { readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { isSdttError, SdttError } from "@sdtt/core";
import { makeDirectory, removeAtExit } from "@sdtt/hub";

/** A folder beside a target in which it is made, so that the target appears whole or not at all. */
export interface Staging extends AsyncDisposable {
  readonly folder: string;
}

/**
 * Makes room for a target that does not exist yet. Disposing deletes what was not moved out.
 *
 * @throws SdttError `usage` if something is at the target; `io` if nothing can be written there.
 */
export async function openStaging(target: string): Promise<Staging> {
  if (await isTaken(target)) {
    throw new SdttError(
      "usage",
      `There is something at ${target} already: remove it or choose another place.`,
    );
  }
  const folder = `${resolve(target)}.${randomUUID()}.tmp`;
  await whileWriting(target, () => makeDirectory(folder));
  const atExit = removeAtExit(folder);
  return {
    folder,
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
      atExit[Symbol.dispose]();
    },
  };
}

/** Whether anything but an empty folder is there. */
async function isTaken(target: string): Promise<boolean> {
  const content = await readdir(target).catch(() => undefined);
  if (content) return content.length > 0;
  return await stat(target).then(
    () => true,
    () => false,
  );
}

/** Puts a staged folder or file into its place. */
export async function moveIntoPlace(staged: string, target: string): Promise<void> {
  await whileWriting(target, async () => {
    await rmdir(target).catch(() => {}); // An empty folder may stand there.
    await rename(staged, target);
  });
}

/** Runs something that writes; what the operating system refuses becomes an error that names the target. */
export async function whileWriting<T>(target: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (isSdttError(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SdttError("io", `${target} cannot be written: ${reason}.`, { cause });
  }
}
