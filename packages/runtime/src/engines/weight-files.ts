import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { SdttError } from "@sdtt/core";
import type { WeightFiles } from "@sdtt/engine";

/** The files of the file system, as engines open them. */
export function openWeightFiles(): WeightFiles {
  const files = new Map<string, FileHandle>();
  return {
    read: async (path, position, bytes) => fill(bytes, await opened(path, files), position),
    async [Symbol.asyncDispose]() {
      for (const file of files.values()) await file.close();
    },
  };
}

async function opened(path: string, files: Map<string, FileHandle>): Promise<FileHandle> {
  const known = files.get(path);
  if (known) return known;
  try {
    const file = await open(path);
    files.set(path, file);
    return file;
  } catch (cause) {
    throw new SdttError("io", `The weights in ${path} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

async function fill(bytes: Uint8Array, file: FileHandle, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) throw new SdttError("io", "A file of weights has become shorter while it was read.");
    done += bytesRead;
  }
}
