import { join } from "node:path";
import { isRepositoryName } from "@sdtt/checkpoint";
import { SdttError } from "@sdtt/core";
import type { RepositoryKind } from "../client/names.ts";
import { checkRepositoryName, checkRevisionName, isSafeFilePath } from "../client/names.ts";

/**
 * Where the files of one repository lie in the cache, as Python's huggingface_hub lays them out:
 *
 * ```
 * models--organisation--name/                       or datasets--organisation--name
 *   blobs/<sha256 or git sha1>                        the files, each once, named by content
 *   refs/<branch>                                     the commit that the branch was at
 *   snapshots/<commit>/<path> -> ../../blobs/<hash>   the tree of a commit
 * ```
 */
export interface CachedRepository {
  readonly directory: string;
  /** Where locks lie, outside the repository so that removing it cannot take a lock away. */
  readonly locks: string;
  blob(hash: string): string;
  ref(revision: string): string;
  snapshot(commit: string): string;
  /** The place of a file in a snapshot. */
  pointer(commit: string, path: string): string;
}

/** @throws SdttError `usage` for a name that is no repository. */
export function cachedRepository(
  cacheDirectory: string,
  repo: string,
  kind: RepositoryKind = "model",
): CachedRepository {
  checkRepositoryName(repo);
  const folder = `${kind}s--${repo.replaceAll("/", "--")}`;
  const directory = join(cacheDirectory, folder);
  return {
    directory,
    locks: join(cacheDirectory, ".locks", folder),
    blob: (hash) => join(directory, "blobs", hash),
    ref(revision) {
      checkRevisionName(revision);
      return join(directory, "refs", ...revision.split("/"));
    },
    snapshot: (commit) => join(directory, "snapshots", commit),
    pointer(commit, path) {
      if (!isSafeFilePath(path)) {
        throw new SdttError(
          "format",
          `${repo} names a file "${path}", which would lie outside the cache; refused.`,
        );
      }
      return join(directory, "snapshots", commit, ...path.split("/"));
    },
  };
}

/** The model that a folder of the cache holds, or undefined for a folder of another kind. */
export function repositoryOfFolder(folder: string): string | undefined {
  const repo = /^models--(.+)$/.exec(folder)?.[1]?.replaceAll("--", "/");
  return repo !== undefined && isRepositoryName(repo) ? repo : undefined;
}
