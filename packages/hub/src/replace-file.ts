import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { fileError } from "./file-error.ts";
import { removeAtExit } from "./remove-at-exit.ts";

/** Appends bytes to the file that is being written. */
export type WriteBytes = (bytes: Uint8Array) => Promise<void>;

/** Node refuses to write 2^31 bytes at once. */
const longestWrite = 2 ** 30;

/**
 * Writes a file beside its place, forces it to the disk and renames it: a reader finds the old file or the whole new
 * one, never a part. If anything fails, what was there stays and nothing is left behind.
 *
 * @throws SdttError `io` if the disk refuses; whatever `produce` throws.
 */
export async function replaceFile(
  path: string,
  produce: (write: WriteBytes) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const orRefusal = async <T>(action: Promise<T>): Promise<T> => {
    try {
      return await action;
    } catch (cause) {
      throw fileError(path, "written", cause);
    }
  };
  const handle = await orRefusal(open(temporary, "wx"));
  using _ = removeAtExit(temporary);
  try {
    try {
      await produce(async (bytes) => {
        for (let done = 0; done < bytes.length;) {
          const length = Math.min(bytes.length - done, longestWrite);
          done += (await orRefusal(handle.write(bytes, done, length))).bytesWritten;
        }
      });
      await orRefusal(handle.sync());
    } finally {
      await handle.close();
    }
    await orRefusal(rename(temporary, path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
