import { open, realpath } from "node:fs/promises";
import { assertInside } from "@sdtt/checkpoint";
import type { OpenedFile } from "@sdtt/checkpoint";
import { SdttError } from "@sdtt/core";
import { fileError } from "./file-error.ts";

/** One read of the operating system is at most this long: Node refuses 2^31 bytes, Linux answers short before that. */
const longestRead = 2 ** 30;

/**
 * Opens a file for reading by ranges.
 *
 * @throws SdttError `not-found` if nothing is there; `io` if it is no regular file or cannot be opened.
 */
export async function openFile(path: string): Promise<OpenedFile> {
  const real = await realpath(path).catch((cause: unknown) => {
    throw fileError(path, "opened", cause);
  });
  const handle = await open(real, "r").catch((cause: unknown) => {
    throw fileError(path, "opened", cause);
  });
  const stats = await handle.stat();
  if (!stats.isFile()) {
    await handle.close();
    throw new SdttError(
      "io",
      `${path} is not a regular file${stats.isDirectory() ? " but a directory" : ""}.`,
    );
  }
  const identity = { path: real, size: stats.size };
  return {
    ...identity,
    async read(offset, length) {
      assertInside(identity, offset, length);
      const bytes = new Uint8Array(length);
      for (let filled = 0; filled < length;) {
        const wanted = Math.min(length - filled, longestRead);
        const { bytesRead } = await handle
          .read(bytes, filled, wanted, offset + filled)
          .catch((cause: unknown) => {
            throw fileError(real, "read", cause);
          });
        if (bytesRead === 0) throw new SdttError("io", `${real} became shorter while it was read.`);
        filled += bytesRead;
      }
      return bytes;
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}
