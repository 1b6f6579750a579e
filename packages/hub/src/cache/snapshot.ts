import { randomUUID } from "node:crypto";
import { copyFile, link, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { isCommit } from "../client/names.ts";
import { errorCode } from "../file-error.ts";
import { onCacheFile } from "./cache-failure.ts";
import type { CachedRepository } from "./layout.ts";
import { makeDirectory } from "../make-directory.ts";

/** The commit that a revision was at when it was last seen, or undefined. */
export async function cachedCommit(
  repository: CachedRepository,
  revision: string,
): Promise<string | undefined> {
  if (isCommit(revision)) return revision;
  const text = await orUndefined(readFile(repository.ref(revision), "utf8"));
  return text !== undefined && isCommit(text.trim()) ? text.trim() : undefined;
}

/** The paths of the files of a snapshot, with slashes. Entries whose blob is gone are left out. */
export async function snapshotFiles(repository: CachedRepository, commit: string): Promise<string[]> {
  const directory = repository.snapshot(commit);
  const entries = (await orUndefined(readdir(directory, { recursive: true, withFileTypes: true }))) ?? [];
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).replaceAll(sep, "/"));
  const sizes = await Promise.all(paths.map((path) => fileSize(repository.pointer(commit, path))));
  return paths.filter((_, i) => sizes[i] !== undefined).sort();
}

/** The size of a file, links followed, or undefined if there is none. */
export async function fileSize(path: string): Promise<number | undefined> {
  const stats = await orUndefined(stat(path));
  return stats?.isFile() ? stats.size : undefined;
}

/** Makes a blob appear in a snapshot: a relative link, so that the cache may be moved. Atomic. */
export async function linkBlob(
  repository: CachedRepository,
  { commit, path, hash }: { commit: string; path: string; hash: string },
): Promise<void> {
  const [blob, pointer] = [repository.blob(hash), repository.pointer(commit, path)];
  await onCacheFile("write", pointer, async () => {
    await makeDirectory(dirname(pointer));
    await replace(repository, pointer, async (temporary) => {
      try {
        await symlink(relative(dirname(pointer), blob), temporary);
      } catch (error) {
        if (!["EPERM", "ENOSYS", "ENOTSUP"].includes(errorCode(error) ?? "")) throw error;
        // Windows without the right to make links, and file systems without them.
        await link(blob, temporary).catch(() => copyFile(blob, temporary));
      }
    });
  });
}

/** Notes the commit that a branch or tag is at. A commit needs no note. Atomic. */
export async function writeRef(
  repository: CachedRepository,
  revision: string,
  commit: string,
): Promise<void> {
  if (isCommit(revision) || (await cachedCommit(repository, revision)) === commit) return;
  const path = repository.ref(revision);
  await onCacheFile("write", path, async () => {
    await makeDirectory(dirname(path));
    await replace(repository, path, (temporary) => writeFile(temporary, commit));
  });
}

/** The temporary file lies among the blobs, where nobody looks for more than known hashes if it is left behind. */
async function replace(
  repository: CachedRepository,
  path: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = repository.blob(`${randomUUID()}.tmp`);
  try {
    await write(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Undefined where a file or folder does not exist. */
export async function orUndefined<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes(errorCode(error) ?? "")) return undefined;
    throw error;
  }
}
