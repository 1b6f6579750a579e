import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileError, isMissing } from "../file-error.ts";
import { makeDirectory } from "../make-directory.ts";

/** What `temporaryBeside` calls a folder of blocks, and nothing that somebody else may have put there. */
const temporaryName = /^[0-9a-f]{64}\.[0-9a-f-]{36}\.tmp$/;

/** A folder that is being filled gets a new file far more often; one that got none for so long was given up. */
const abandonedAfter = 60 * 60 * 1000;

/**
 * Fills a folder of blocks beside its place and gives it its place when it is whole: whoever looks finds all or nothing. If another
 * process was quicker, its folder stays. If anything fails, nothing is left behind.
 *
 * @throws SdttError `io` if the disk refuses; whatever `fill` throws.
 */
export async function publishDirectory(
  path: string,
  fill: (directory: string) => Promise<void>,
): Promise<void> {
  const temporary = temporaryBeside(path);
  const removeAtExit = () => rmSync(temporary, { recursive: true, force: true });
  process.once("exit", removeAtExit);
  try {
    await makeDirectory(temporary);
    try {
      await removeAbandoned(dirname(path));
      await fill(temporary);
      await rename(temporary, path).catch(async (cause: unknown) => {
        if (!(await stat(path).catch(() => undefined))) throw cause;
      });
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  } catch (cause) {
    throw fileError(path, "written", cause);
  } finally {
    process.off("exit", removeAtExit);
  }
}

/** Removes a folder of blocks, at once for whoever looks. */
export async function removeDirectory(path: string): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    await rename(path, temporary);
    await rm(temporary, { recursive: true, force: true });
  } catch (cause) {
    if (!isMissing(cause)) throw fileError(path, "removed", cause);
  }
}

/** Removes what processes left behind that were killed. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!temporaryName.test(name)) continue;
    const path = join(parent, name);
    const modified = (await stat(path).catch(() => undefined))?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (Date.now() - modified > abandonedAfter) await rm(path, { recursive: true, force: true });
  }
}

function temporaryBeside(path: string): string {
  return `${path}.${randomUUID()}.tmp`;
}
