import { fileSize, linkBlob, writeRef } from "../cache/snapshot.ts";
import { connectToHub } from "../client/connection.ts";
import type { HubOptions } from "../client/connection.ts";
import type { RepositoryKind } from "../client/names.ts";
import { chooseFiles } from "./choose-files.ts";
import type { ChosenFiles, FileSelection } from "./choose-files.ts";
import type { DownloadListener } from "./download-event.ts";

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

/** A file that would be downloaded, or is in the cache already. */
export interface PlannedFile {
  /** Inside the repository. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly isCached: boolean;
}

export interface DownloadOptions extends HubOptions {
  /** `organisation/name` */
  readonly repo: string;
  /** Default: a model. */
  readonly kind?: RepositoryKind;
  /** A branch, a tag or a commit. */
  readonly revision?: string;
  /** Default: every file. */
  readonly files?: FileSelection;
  readonly onEvent?: DownloadListener;
}

/**
 * Makes files of a repository available in the cache that Python's huggingface_hub uses too, and downloads what is
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
  const { repo, revision = "main" } = options;
  const chosen = await choose(options);
  const { repository, commit, paths, remote, isCurrent, download } = chosen;
  // Refuses impossible paths before anything is downloaded.
  const files = new Map(paths.map((path) => [path, repository.pointer(commit, path)]));
  for (const path of paths) await download(path);
  // Linked at the end: an interrupted download leaves no snapshot that looks whole.
  if (remote) {
    for (const path of paths) {
      await linkBlob(repository, { commit, path, hash: remote.get(path)!.digest.value });
    }
    await writeRef(repository, revision, commit);
  } else if (isCurrent) {
    // The cache may be read-only, and the note matters only offline.
    await writeRef(repository, revision, commit).catch(() => {});
  }
  return { repo, revision, commit, directory: repository.snapshot(commit), files, isCurrent };
}

/** What `downloadSnapshot` would download, and what is in the cache already. Throws as it does. */
export async function planSnapshot(options: DownloadOptions): Promise<PlannedFile[]> {
  const { repository, commit, paths, remote } = await choose(options);
  return Promise.all(
    paths.map(async (path) => {
      const file = remote?.get(path);
      const place = file ? repository.blob(file.digest.value) : repository.pointer(commit, path);
      const cached = await fileSize(place);
      const size = file?.size ?? cached ?? 0;
      return { path, size, isCached: cached === size };
    }),
  );
}

function choose(options: DownloadOptions): Promise<ChosenFiles> {
  const { repo, kind = "model", revision = "main", files = (paths) => paths, onEvent = () => {} } = options;
  const connection = connectToHub(options, (notice) => onEvent({ kind: "retry", ...notice }));
  return chooseFiles(connection, { repo, kind, revision, files, onEvent });
}
