import { dirname, join } from "node:path";
import { SdttError } from "@sdtt/core";
import { onCacheFile } from "../cache/cache-failure.ts";
import type { CachedRepository } from "../cache/layout.ts";
import { fileSize } from "../cache/snapshot.ts";
import type { HubConnection } from "../client/connection.ts";
import type { RepositoryKind } from "../client/names.ts";
import { pageOf } from "../client/refusal.ts";
import type { Subject } from "../client/refusal.ts";
import { TransientFailure, withRetries } from "../client/retry.ts";
import { createTransferMeter } from "../client/transfer-meter.ts";
import { acquireFileLock } from "../file-lock/file-lock.ts";
import type { DownloadListener } from "./download-event.ts";
import { openPartialBlob } from "./partial-blob.ts";
import type { PartialBlob } from "./partial-blob.ts";
import { receive } from "./receive.ts";
import type { RemoteFile } from "./remote-files.ts";
import { makeDirectory } from "../make-directory.ts";

/** One file of one commit, on its way into the cache. */
export interface BlobRequest {
  readonly connection: HubConnection;
  readonly repository: CachedRepository;
  readonly repo: string;
  readonly kind: RepositoryKind;
  readonly commit: string;
  readonly file: RemoteFile;
  readonly onEvent: DownloadListener;
}

/**
 * Makes sure that the blob of a file is in the cache, whole and verified. One process downloads it; others that want it
 * meanwhile wait for that one. What an interrupted download left is used.
 */
export async function downloadBlob(request: BlobRequest): Promise<void> {
  const { connection, repository, file, onEvent } = request;
  const { clock, signal } = connection;
  const destination = repository.blob(file.digest.value);
  const isThere = async (): Promise<boolean> => (await fileSize(destination)) === file.size;
  if (await isThere()) return;

  await onCacheFile("create", dirname(destination), () => makeDirectory(dirname(destination)));
  const path = join(repository.locks, `${file.digest.value}.sdtt.lock`);
  const onWait = (): void => onEvent({ kind: "waiting", file: file.path });
  await using lock = await onCacheFile("create", path, () =>
    acquireFileLock({ path, clock, signal, onWait }),
  );
  if (await isThere()) return;

  await using partial = await openPartialBlob(destination, file);
  await fill(partial, request);
  await lock.assertHeld();
  await partial.publish();
}

/** Requests and verifies until the file is whole. */
async function fill(
  partial: PartialBlob,
  { connection, repo, kind, commit, file, onEvent }: BlobRequest,
): Promise<void> {
  const { endpoint, clock } = connection;
  const subject: Subject = {
    endpoint,
    repo,
    kind,
    revision: commit,
    path: file.path,
    hasToken: (await connection.token()) !== undefined,
  };
  const path = file.path.split("/").map(encodeURIComponent).join("/");
  const meter = createTransferMeter({
    total: file.size,
    clock,
    onProgress: ({ transferred, total, rate }) =>
      onEvent({ kind: "progress", file: file.path, received: transferred, total, rate }),
  });
  meter(partial.received);

  let wrong = 0;
  await withRetries(connection, async () => {
    if (partial.received < file.size) {
      const url = `${pageOf(subject)}/resolve/${commit}/${path}`;
      await receive({ connection, subject, url, size: file.size, partial, onReceived: meter });
    }
    if (partial.verify()) return;
    await partial.restart();
    const { algorithm, value } = file.digest;
    const message = `${file.path} of ${repo}: the ${algorithm} of what was received is not ${value}; it was thrown away.`;
    wrong++;
    if (wrong === 1) throw new TransientFailure(message);
    throw new SdttError(
      "network",
      `${message} This was the second time: something on the way changes the file.`,
    );
  });
}
