import { isRevisionName } from "@sdtt/checkpoint";
import { readdir, readlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { HubOptions } from "../client/connection.ts";
import { isCommit } from "../client/names.ts";
import { readHubSettings } from "../client/settings.ts";
import { onCacheFile } from "./cache-failure.ts";
import { cachedRepository, repositoryOfFolder } from "./layout.ts";
import type { CachedRepository } from "./layout.ts";
import { cachedCommit, fileSize, orUndefined, snapshotFiles } from "./snapshot.ts";

/** A model repository in the cache. Sizes are bytes; what revisions share counts once. */
export interface CachedModel {
  readonly repo: string;
  readonly directory: string;
  readonly size: number;
  readonly revisions: readonly CachedRevision[];
  /** Bytes of downloads that were not finished. */
  readonly unfinishedSize: number;
}

export interface CachedRevision {
  readonly commit: string;
  /** Branches and tags that were at this commit when last seen. */
  readonly refs: readonly string[];
  readonly size: number;
  readonly files: readonly CachedFile[];
}

export interface CachedFile {
  /** Inside the repository, with slashes. */
  readonly path: string;
  readonly size: number;
  /** The file that holds the bytes. */
  readonly blob: string;
}

/** Every model in the cache, in the order of their names, whoever downloaded it. */
export async function listCachedModels(
  options: Pick<HubOptions, "environment" | "cacheDirectory"> = {},
): Promise<CachedModel[]> {
  const { environment = process.env } = options;
  const { cacheDirectory = readHubSettings(environment).cacheDirectory } = options;
  const folders =
    (await onCacheFile("read", cacheDirectory, () => orUndefined(readdir(cacheDirectory)))) ?? [];
  const repositories = folders.map(repositoryOfFolder).filter((repo) => repo !== undefined);
  const models = await Promise.all(
    repositories.sort().map((repo) => readCachedModel(repo, cachedRepository(cacheDirectory, repo))),
  );
  return models.filter((model) => model !== undefined);
}

/** One repository of the cache, or undefined if nothing of it is there. */
export function readCachedModel(
  repo: string,
  repository: CachedRepository,
): Promise<CachedModel | undefined> {
  const { directory } = repository;
  return onCacheFile("read", directory, async () => {
    const folders = await orUndefined(readdir(directory));
    if (folders === undefined) return undefined;
    const refs = await readRefs(repository);
    const snapshots = (await orUndefined(readdir(join(directory, "snapshots")))) ?? [];
    const commits = snapshots.filter(isCommit).sort();
    const revisions = await Promise.all(
      commits.map(async (commit): Promise<CachedRevision> => {
        const files = await readFiles(repository, commit);
        return { commit, refs: refs.get(commit) ?? [], size: sizeOfBlobs(files), files };
      }),
    );
    const size = sizeOfBlobs(revisions.flatMap((revision) => revision.files));
    return { repo, directory, size, revisions, unfinishedSize: await unfinishedSize(directory) };
  });
}

async function readRefs(repository: CachedRepository): Promise<Map<string, string[]>> {
  const root = join(repository.directory, "refs");
  const entries = (await orUndefined(readdir(root, { recursive: true, withFileTypes: true }))) ?? [];
  const refs = new Map<string, string[]>();
  for (const entry of entries.filter((entry) => entry.isFile())) {
    const name = join(entry.parentPath, entry.name)
      .slice(root.length + 1)
      .replaceAll("\\", "/");
    const commit = isRevisionName(name) ? await cachedCommit(repository, name) : undefined;
    if (commit !== undefined) refs.set(commit, [...(refs.get(commit) ?? []), name].sort());
  }
  return refs;
}

async function readFiles(repository: CachedRepository, commit: string): Promise<CachedFile[]> {
  const paths = await snapshotFiles(repository, commit);
  return Promise.all(
    paths.map(async (path) => {
      const pointer = repository.pointer(commit, path);
      // One hop only: Python may link a blob on to a store that several repositories share.
      const target = await readlink(pointer).catch(() => undefined);
      const blob = target === undefined ? pointer : resolve(dirname(pointer), target);
      return { path, blob, size: (await fileSize(blob)) ?? 0 };
    }),
  );
}

function sizeOfBlobs(files: readonly CachedFile[]): number {
  const sizes = new Map(files.map((file) => [file.blob, file.size]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

async function unfinishedSize(directory: string): Promise<number> {
  const blobs = join(directory, "blobs");
  const names = ((await orUndefined(readdir(blobs))) ?? []).filter((name) => name.endsWith(".incomplete"));
  const sizes = await Promise.all(names.map((name) => fileSize(join(blobs, name))));
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}
