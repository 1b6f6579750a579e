import { listed } from "@sdtt/checkpoint";
import { isSdttError, SdttError } from "@sdtt/core";
import { cachedRepository } from "../cache/layout.ts";
import type { CachedRepository } from "../cache/layout.ts";
import { cachedCommit, linkBlob, snapshotFiles } from "../cache/snapshot.ts";
import type { HubConnection } from "../client/connection.ts";
import { checkRevisionName, isCommit } from "../client/names.ts";
import { downloadBlob } from "./download-blob.ts";
import type { DownloadListener } from "./download-event.ts";
import { listRemoteFiles, resolveCommit } from "./remote-files.ts";
import type { RemoteFile, RemoteRepository } from "./remote-files.ts";

/**
 * The wanted files: by path, or chosen from all paths that there are. What is needed for the choice is read with `fetch`,
 * which gives the place of a file.
 */
export type FileSelection =
  | readonly string[]
  | ((
      paths: readonly string[],
      fetch: (path: string) => Promise<string>,
    ) => readonly string[] | Promise<readonly string[]>);

/** Files of one commit that somebody wants. */
export interface ChosenFiles {
  readonly repository: CachedRepository;
  readonly commit: string;
  /** False if the Hub could not be asked whether the branch has moved on. */
  readonly isCurrent: boolean;
  readonly paths: readonly string[];
  /** What the Hub says of them, by path; undefined if all are in the cache and it was not asked. */
  readonly remote: ReadonlyMap<string, RemoteFile> | undefined;
  /** Makes one of the files available in the cache, without making it part of the snapshot. */
  download(path: string): Promise<void>;
}

/** Resolves a branch to its commit and chooses among its files; of the cache where the Hub cannot be asked. */
export async function chooseFiles(
  connection: HubConnection,
  options: RemoteRepository & {
    readonly revision: string;
    readonly files: FileSelection;
    readonly onEvent: DownloadListener;
  },
): Promise<ChosenFiles> {
  const { repo, kind, revision, files, onEvent } = options;
  const repository = cachedRepository(connection.cacheDirectory, repo, kind);
  checkRevisionName(revision);
  const { commit, online, refusal } = await findCommit(connection, repository, options);
  const common = { repository, commit, isCurrent: online || isCommit(revision) };
  const pointer = (path: string): string => repository.pointer(commit, path);

  const cached = await snapshotFiles(repository, commit);
  const fromCache = async (reason?: SdttError): Promise<ChosenFiles> => {
    const where = `${repo}@${revision} in the cache ${connection.cacheDirectory}, without a network,`;
    try {
      const paths = await selectFiles(files, cached, where, async (path) => pointer(path));
      return { ...common, paths, remote: undefined, download: async () => {} };
    } catch (error) {
      throw reason ?? error;
    }
  };
  if (!online) return fromCache(refusal);
  if (typeof files !== "function" && files.every((path) => cached.includes(path))) return fromCache();

  const found = await listRemoteFiles(connection, options, commit).catch(orLoginRefusal);
  if (isSdttError(found)) return fromCache(found);
  const remote = new Map(found.map((file) => [file.path, file]));
  const download = (path: string): Promise<void> =>
    downloadBlob({ connection, repository, repo, kind, commit, file: remote.get(path)!, onEvent });
  const fetch = async (path: string): Promise<string> => {
    const place = pointer(path);
    await download(path);
    await linkBlob(repository, { commit, path, hash: remote.get(path)!.digest.value });
    return place;
  };
  const paths = await selectFiles(files, [...remote.keys()], `${repo}@${revision}`, fetch);
  return { ...common, paths, remote, download };
}

/** Asks the Hub, or the cache where there is no network. */
async function findCommit(
  connection: HubConnection,
  repository: CachedRepository,
  { repo, kind, revision }: RemoteRepository & { readonly revision: string },
): Promise<{ commit: string; online: boolean; refusal?: SdttError }> {
  const known = await cachedCommit(repository, revision);
  if (connection.offline) {
    if (known) return { commit: known, online: false };
    throw new SdttError(
      "not-found",
      `${repo}@${revision} is not in the cache ${connection.cacheDirectory}, and the network is switched off. Download it once without --offline and HF_HUB_OFFLINE.`,
    );
  }
  if (isCommit(revision)) return { commit: revision, online: true };
  try {
    const patience = known ? briefly(connection) : connection;
    return { commit: await resolveCommit(patience, { repo, kind }, revision), online: true };
  } catch (error) {
    if (known && isSdttError(error) && error.code === "network") return { commit: known, online: false };
    const refusal = orLoginRefusal(error);
    if (known) return { commit: known, online: false, refusal };
    throw error;
  }
}

/**
 * The error, if another login or none might not have met it: a token that is refused or malformed, or a repository that
 * the Hub shows to its members only, which it answers as if there were none.
 */
function orLoginRefusal(error: unknown): SdttError {
  if (isSdttError(error) && ["unauthorized", "not-found", "usage"].includes(error.code)) return error;
  throw error;
}

/** Where there is something to fall back on, it is not worth to try for long. */
function briefly(connection: HubConnection): HubConnection {
  const { retry, stallTimeout } = connection;
  return { ...connection, retry: { ...retry, attempts: 1 }, stallTimeout: Math.min(stallTimeout, 10_000) };
}

async function selectFiles(
  selection: FileSelection,
  available: readonly string[],
  where: string,
  fetch: (path: string) => Promise<string>,
): Promise<readonly string[]> {
  const wanted = typeof selection === "function" ? await selection(available, fetch) : selection;
  const missing = wanted.filter((path) => !available.includes(path));
  if (missing.length === 0 && wanted.length > 0) return wanted;
  const what = missing.length > 0 ? `has no file ${listed(missing)}` : "has none of the wanted files";
  const has = available.length > 0 ? listed(available, 20) : "no files";
  throw new SdttError("not-found", `${where} ${what}. It has ${has}.`);
}
