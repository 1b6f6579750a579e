import { isSdttError, SdttError } from "@sdtt/core";
import { cachedRepository } from "../cache/layout.ts";
import type { CachedRepository } from "../cache/layout.ts";
import { cachedCommit, linkBlob, snapshotFiles, writeRef } from "../cache/snapshot.ts";
import { connectToHub } from "../client/connection.ts";
import type { HubConnection, HubOptions } from "../client/connection.ts";
import { checkRevisionName, isCommit } from "../client/names.ts";
import { listed } from "../names-in-messages.ts";
import { downloadBlob } from "./download-blob.ts";
import type { DownloadListener } from "./download-event.ts";
import { listRemoteFiles, resolveCommit } from "./remote-files.ts";

/** Files of one commit, in the cache. */
export interface Snapshot {
  readonly repo: string;
  readonly revision: string;
  readonly commit: string;
  /** The folder that holds the commit's tree. */
  readonly directory: string;
  /** Where each wanted file lies, by its path inside the repository. */
  readonly files: ReadonlyMap<string, string>;
  /** False if the Hub could not be asked whether the branch has moved on. */
  readonly isCurrent: boolean;
}

/** The wanted files: by path, or chosen from all paths that there are. */
export type FileSelection = readonly string[] | ((paths: readonly string[]) => readonly string[]);

export interface DownloadOptions extends HubOptions {
  /** `organisation/name` */
  readonly repo: string;
  /** A branch, a tag or a commit. */
  readonly revision?: string;
  /** Default: every file. */
  readonly files?: FileSelection;
  readonly onEvent?: DownloadListener;
}

/**
 * Makes files of a model repository available in the cache that Python's huggingface_hub uses too, and downloads what is
 * missing. A branch is resolved to its commit first, so that all files come from one commit. Every file is verified
 * against the size and the digest that the Hub states, and it appears in the cache only when it is whole.
 *
 * The files that a former download left are used without a network, and where the Hub answers that a login is missing
 * or wrong; the result says so.
 *
 * @throws SdttError `not-found` for a repository, revision or file that does not exist, or offline is not in the cache;
 * `unauthorized` for a gated repository or a refused token; `network` when the Hub fails or sends something else than it
 * promised; `io` when the cache cannot be written or the disk is full; `format` for a file whose name leads out of its
 * repository; `aborted`; `usage` for names that cannot be.
 */
export async function downloadSnapshot(options: DownloadOptions): Promise<Snapshot> {
  const { repo, revision = "main", files = (paths) => paths, onEvent = () => {} } = options;
  const connection = connectToHub(options, (notice) => onEvent({ kind: "retry", ...notice }));
  const repository = cachedRepository(connection.cacheDirectory, repo);
  checkRevisionName(revision);

  const { commit, online, refusal } = await findCommit(connection, repository, repo, revision);
  const snapshot = (paths: readonly string[]): Snapshot => ({
    repo,
    revision,
    commit,
    directory: repository.snapshot(commit),
    files: new Map(paths.map((path) => [path, repository.pointer(commit, path)])),
    isCurrent: online || isCommit(revision),
  });

  const cached = await snapshotFiles(repository, commit);
  const fromCache = (reason?: SdttError): Snapshot => {
    const where = `${repo}@${revision} in the cache ${connection.cacheDirectory}, without a network,`;
    try {
      return snapshot(selectFiles(files, cached, where));
    } catch (error) {
      throw reason ?? error;
    }
  };
  if (!online) return fromCache(refusal);
  if (typeof files !== "function" && files.every((path) => cached.includes(path))) {
    // The cache may be read-only, and the note matters only offline.
    await writeRef(repository, revision, commit).catch(() => {});
    return snapshot(files);
  }

  const found = await listRemoteFiles(connection, repo, commit).catch(orLoginRefusal);
  if (isSdttError(found)) return fromCache(found);
  const remote = new Map(found.map((file) => [file.path, file]));
  const wanted = selectFiles(files, [...remote.keys()], `${repo}@${revision}`);
  const result = snapshot(wanted); // Refuses impossible paths before anything is downloaded.
  for (const path of wanted) {
    await downloadBlob({ connection, repository, repo, commit, file: remote.get(path)!, onEvent });
  }
  // Linked at the end: an interrupted download leaves no snapshot that looks whole.
  for (const path of wanted) {
    await linkBlob(repository, { commit, path, hash: remote.get(path)!.digest.value });
  }
  await writeRef(repository, revision, commit);
  return result;
}

/** Asks the Hub, or the cache where there is no network. */
async function findCommit(
  connection: HubConnection,
  repository: CachedRepository,
  repo: string,
  revision: string,
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
    return { commit: await resolveCommit(patience, repo, revision), online: true };
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

function selectFiles(
  selection: FileSelection,
  available: readonly string[],
  where: string,
): readonly string[] {
  const wanted = typeof selection === "function" ? selection(available) : selection;
  const missing = wanted.filter((path) => !available.includes(path));
  if (missing.length === 0 && wanted.length > 0) return wanted;
  const what = missing.length > 0 ? `has no file ${listed(missing)}` : "has none of the wanted files";
  const has = available.length > 0 ? listed(available, 20) : "no files";
  throw new SdttError("not-found", `${where} ${what}. It has ${has}.`);
}
