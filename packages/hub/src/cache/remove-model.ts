import { rm } from "node:fs/promises";
import { join } from "node:path";
import { SdttError } from "@sdtt/core";
import type { HubOptions } from "../client/connection.ts";
import { readHubSettings } from "../client/settings.ts";
import { onCacheFile } from "./cache-failure.ts";
import { cachedRepository } from "./layout.ts";
import type { CachedRepository } from "./layout.ts";
import { readCachedModel } from "./list-models.ts";
import type { CachedModel } from "./list-models.ts";
import { cachedCommit } from "./snapshot.ts";

/** What to delete, in this order, and the bytes that become free. */
export interface Removal {
  readonly paths: readonly string[];
  readonly freed: number;
}

/**
 * Removes a model from the cache, or one revision of it: a branch, a tag or a commit. Files that another revision has
 * as well stay.
 *
 * @throws SdttError `not-found` if it is not in the cache, `io` if it cannot be deleted.
 */
export async function removeCachedModel(
  options: Pick<HubOptions, "environment" | "cacheDirectory"> & {
    readonly repo: string;
    readonly revision?: string;
  },
): Promise<Removal> {
  const { repo, revision, environment = process.env } = options;
  const { cacheDirectory = readHubSettings(environment).cacheDirectory } = options;
  const repository = cachedRepository(cacheDirectory, repo);
  const model = await readCachedModel(repo, repository);
  const commit = revision && (await cachedCommit(repository, revision));
  if (!model || (revision && !model.revisions.some((known) => known.commit === commit))) {
    throw new SdttError(
      "not-found",
      `${repo}${revision ? `@${revision}` : ""} is not in the cache ${cacheDirectory}.`,
    );
  }
  const removal = planRemoval(repository, model, commit);
  for (const path of removal.paths) {
    await onCacheFile("delete", path, () => rm(path, { recursive: true, force: true }));
  }
  return removal;
}

/** Names before contents, so that what is left after a crash never points at nothing. */
function planRemoval(repository: CachedRepository, model: CachedModel, commit: string | undefined): Removal {
  const kept = model.revisions.filter((revision) => commit !== undefined && revision.commit !== commit);
  if (kept.length === 0) {
    const paths = [
      join(model.directory, "refs"),
      join(model.directory, "snapshots"),
      model.directory,
      repository.locks,
    ];
    return { paths, freed: model.size + model.unfinishedSize };
  }
  const gone = model.revisions.find((revision) => revision.commit === commit)!;
  const needed = new Set(kept.flatMap((revision) => revision.files.map((file) => file.blob)));
  const unneeded = new Map(
    gone.files.filter((file) => !needed.has(file.blob)).map((file) => [file.blob, file.size]),
  );
  return {
    paths: [
      ...gone.refs.map((ref) => repository.ref(ref)),
      repository.snapshot(gone.commit),
      ...unneeded.keys(),
    ],
    freed: [...unneeded.values()].reduce((sum, size) => sum + size, 0),
  };
}
