import { openAsBlob } from "node:fs";
import { access } from "node:fs/promises";
import { isSdttError, SdttError, throwIfAborted } from "@sdtt/core";
import { connectToHub } from "../client/connection.ts";
import type { HubConnection, HubOptions } from "../client/connection.ts";
import { createHubFetch, reasonOf } from "../client/hub-fetch.ts";
import { accessWith } from "../client/library-access.ts";
import { checkRepositoryName, checkRevisionName, isSafeFilePath } from "../client/names.ts";
import { fileError } from "../file-error.ts";
import type { UploadListener } from "./upload-event.ts";
import { createUploadProgress } from "./upload-progress.ts";

/** A file to push: a local one, or its bytes. */
export interface PushedFile {
  /** Inside the repository, with slashes. */
  readonly path: string;
  readonly content: { readonly localPath: string } | { readonly bytes: Uint8Array<ArrayBuffer> };
}

export interface PushOptions extends Omit<HubOptions, "cacheDirectory"> {
  /** `organisation/name`; created if it does not exist. */
  readonly repo: string;
  /** Created from the default branch if it does not exist. */
  readonly branch?: string;
  readonly files: readonly PushedFile[];
  /** First line of the commit message. */
  readonly title: string;
  readonly description?: string;
  /** Only for a repository that is created. Default: what the organisation has set. */
  readonly visibility?: "public" | "private";
  readonly onEvent?: UploadListener;
}

/** The commit that a push made. */
export interface PushResult {
  readonly commit: string;
  readonly url: string;
}

/**
 * Puts files on a branch of a model repository, in one commit: readers see all of them or none. Files that are not named
 * stay as they are.
 *
 * @throws SdttError `unauthorized` without a token or without the right to write, `io` for a file that cannot be read,
 * `network`, `aborted`, and `usage` for impossible names and an empty list.
 */
export async function pushModel(options: PushOptions): Promise<PushResult> {
  const { repo, branch = "main", files, title, description, visibility, onEvent = () => {} } = options;
  // Servers take their time over a commit of large files.
  const connection = connectToHub({ stallTimeout: 120_000, ...options }, (notice) =>
    onEvent({ kind: "retry", ...notice }),
  );
  checkPush(repo, branch, files, connection);
  const token = await connection.token();
  if (token === undefined) throw tokenNeeded(repo, connection);
  const contents = await Promise.all(files.map(openContent));
  const { endpoint, signal } = connection;
  const subject = { endpoint, repo, revision: branch, hasToken: true };
  const sizes = new Map(contents.map(({ path, blob }) => [path, blob.size]));
  const onSent = createUploadProgress({ sizes, clock: connection.clock, onEvent });
  const access = { hubUrl: endpoint, ...accessWith(token, createHubFetch(connection, subject, onSent)) };

  const { commitIter, createBranch, createRepo } = await import("@huggingface/hub");

  try {
    onEvent({ kind: "phase", phase: "preparing" });
    await unlessItExists(createRepo({ repo, ...(visibility && { visibility }), ...access }));
    if (branch !== "main") await unlessItExists(createBranch({ repo, branch, ...access }));
    // What uploadFilesWithProgress wraps; that one takes no fetch and sees progress only in a browser.
    const steps = commitIter({
      repo,
      branch,
      title,
      ...(description !== undefined && { description }),
      operations: contents.map(({ path, blob }) => ({ operation: "addOrUpdate", path, content: blob })),
      useXet: false,
      ...(signal && { abortSignal: signal }),
      ...access,
    });
    for (;;) {
      const step = await steps.next();
      if (step.done) return { commit: step.value!.commit.oid, url: step.value!.commit.url };
      if (step.value.event !== "phase") continue;
      if (step.value.phase === "uploadingLargeFiles") onEvent({ kind: "phase", phase: "uploading" });
      if (step.value.phase === "committing") onEvent({ kind: "phase", phase: "committing" });
    }
  } catch (error) {
    throwIfAborted(signal);
    if (isSdttError(error)) throw error;
    throw new SdttError("network", `${repo} could not be pushed to ${endpoint}: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

function checkPush(
  repo: string,
  branch: string,
  files: readonly PushedFile[],
  connection: HubConnection,
): void {
  checkRepositoryName(repo);
  checkRevisionName(branch);
  if (!repo.includes("/"))
    throw new SdttError("usage", `"${repo}" names no owner; write it as organisation/name.`);
  if (files.length === 0)
    throw new SdttError("usage", `There is nothing to push to ${repo}: the list of files is empty.`);
  const unsafe = files.find((file) => !isSafeFilePath(file.path));
  if (unsafe) throw new SdttError("usage", `"${unsafe.path}" cannot be a path inside a repository.`);
  if (connection.offline) {
    throw new SdttError(
      "usage",
      `${repo} cannot be pushed with the network switched off (--offline or HF_HUB_OFFLINE).`,
    );
  }
}

function tokenNeeded(repo: string, { endpoint }: HubConnection): SdttError {
  return new SdttError(
    "unauthorized",
    `Pushing to ${repo} needs a token that may write. Make one at ${endpoint}/settings/tokens and set HF_TOKEN to it (HF_HUB_DISABLE_IMPLICIT_TOKEN must not be set).`,
  );
}

interface OpenContent {
  readonly path: string;
  readonly blob: Blob;
}

/** Local files are read in pieces as they are sent, never as a whole. */
async function openContent({ path, content }: PushedFile): Promise<OpenContent> {
  if ("bytes" in content) return { path, blob: new Blob([content.bytes]) };
  try {
    await access(content.localPath);
    return { path, blob: await openAsBlob(content.localPath) };
  } catch (error) {
    throw fileError(content.localPath, "opened", error);
  }
}

async function unlessItExists(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    const { HubApiError } = await import("@huggingface/hub");
    if (!(error instanceof HubApiError && error.statusCode === 409)) throw error;
  }
}
