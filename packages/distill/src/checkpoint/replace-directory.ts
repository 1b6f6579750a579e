import { randomUUID } from "node:crypto";
import { open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isSdttError, SdttError } from "@sdtt/core";
import { makeDirectory, removeAtExit } from "@sdtt/hub";

const temporarySuffix = ".tmp";

/**
 * Fills a directory beside its place, forces it to the disk and renames it: whoever looks finds the whole or nothing. If
 * anything fails, what was there stays.
 *
 * @throws SdttError `io` if the disk refuses; whatever `fill` throws.
 */
export async function replaceDirectory(
  path: string,
  fill: (directory: string) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}${temporarySuffix}`;
  using _ = removeAtExit(temporary);
  try {
    await makeDirectory(temporary);
    await fill(temporary);
    await syncDirectory(temporary);
    await removeDirectory(path);
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    throw isSdttError(cause) ? cause : writeError(path, cause);
  }
}

/** Removes a directory, at once for whoever looks. */
export async function removeDirectory(path: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}${temporarySuffix}`;
  try {
    await rename(path, temporary);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return;
    throw cause;
  }
  await rm(temporary, { recursive: true, force: true });
}

/** Removes what processes left behind that were killed while they wrote or removed. */
export async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await namesIn(parent)) {
    if (name.endsWith(temporarySuffix)) await rm(join(parent, name), { recursive: true, force: true });
  }
}

/** The names in a directory; none if it does not exist. */
export async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new SdttError("io", `${directory} cannot be read: ${String(cause)}.`, { cause });
  }
}

/** Makes renames last. Windows cannot open directories and needs no such call. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function writeError(path: string, cause: unknown): SdttError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SdttError("io", `${path} cannot be written: ${reason}.`, { cause });
}
