import { constants } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { SdttError } from "@sdtt/core";
import { onCacheFile } from "../cache/cache-failure.ts";
import { errorCode } from "../file-error.ts";
import { startHash } from "./digest.ts";
import type { Digest } from "./digest.ts";

/** What a file has to be. */
export interface ExpectedContent {
  /** Bytes. */
  readonly size: number;
  readonly digest: Digest;
}

/**
 * A file that is being received, under a name of its own next to the place it will take. It outlives its process: what is
 * there already is hashed when it is opened, and the download continues after it.
 */
export interface PartialBlob extends AsyncDisposable {
  /** Bytes so far. */
  readonly received: number;
  append(chunk: Uint8Array): Promise<void>;
  /** Throws away what was received. */
  restart(): Promise<void>;
  /** True if size and digest are the expected ones. */
  verify(): boolean;
  /** Gives the file, which must be verified, its final name once it is safely on the disk. */
  publish(): Promise<void>;
}

export async function openPartialBlob(destination: string, expected: ExpectedContent): Promise<PartialBlob> {
  // Not Python's name for it: that library may be writing the same file at this moment.
  const path = `${destination}.sdtt.incomplete`;
  // Neither truncating nor appending: every write gives its position.
  const handle = await onCacheFile("write", path, () =>
    open(path, constants.O_RDWR | constants.O_CREAT, 0o644),
  );
  let hash = startHash(expected.digest, expected.size);
  let received = 0;

  async function restart(): Promise<void> {
    hash = startHash(expected.digest, expected.size);
    received = 0;
    await onCacheFile("write", path, () => handle.truncate(0));
  }

  async function takeUp(): Promise<void> {
    const { size } = await handle.stat();
    if (size > expected.size) return restart();
    for await (const chunk of readBytes(handle, size)) {
      hash.update(chunk);
      received += chunk.byteLength;
    }
  }

  try {
    await onCacheFile("read", path, takeUp);
  } catch (error) {
    await handle.close();
    throw error;
  }

  return {
    get received() {
      return received;
    },
    async append(chunk) {
      await onCacheFile("write", path, () => writeAll(handle, chunk, received));
      hash.update(chunk);
      received += chunk.byteLength;
    },
    restart,
    verify: () => received === expected.size && hash.copy().digest("hex") === expected.digest.value,
    async publish() {
      await onCacheFile("write", path, async () => {
        await handle.sync();
        await checkSameFile(handle, path, expected.size);
        await rename(path, destination);
        await syncDirectory(dirname(destination));
      });
    },
    async [Symbol.asyncDispose]() {
      await handle.close();
      if (received === 0) await rm(path, { force: true });
    },
  };
}

async function* readBytes(handle: FileHandle, size: number): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(2 ** 20);
  for (let position = 0; position < size;) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, size - position), position);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}

async function writeAll(handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < chunk.byteLength;) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.byteLength - done, position + done);
    done += bytesWritten;
  }
}

/** What was verified must be what gets the final name, also if somebody cleaned up the cache meanwhile. */
async function checkSameFile(handle: FileHandle, path: string, size: number): Promise<void> {
  const [opened, named] = [await handle.stat(), await stat(path)];
  if (opened.ino !== named.ino || opened.size !== size) {
    throw new SdttError("io", `${path} was replaced during its download; try again.`);
  }
}

/** Makes the rename itself durable. Windows has no such operation, and some network file systems refuse it. */
async function syncDirectory(path: string): Promise<void> {
  try {
    await using directory = await open(path, "r");
    await directory.sync();
  } catch (error) {
    if (!["EPERM", "EISDIR", "EINVAL", "EACCES", "ENOTSUP"].includes(errorCode(error) ?? "")) throw error;
  }
}
