import { isSdttError, SdttError } from "@sdtt/core";
import { z } from "zod";
import type { HubConnection } from "../client/connection.ts";
import { createHubFetch, reasonOf } from "../client/hub-fetch.ts";
import { accessWith } from "../client/library-access.ts";
import type { LibraryAccess } from "../client/library-access.ts";
import { isCommit } from "../client/names.ts";
import type { RepositoryKind } from "../client/names.ts";
import type { Subject } from "../client/refusal.ts";
import type { Digest } from "./digest.ts";

/** A file of a commit, as the Hub describes it. */
export interface RemoteFile {
  /** Inside the repository, with slashes. Not checked: it says what the repository's owner wrote. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly digest: Digest;
}

/** A repository of the Hub. */
export interface RemoteRepository {
  readonly repo: string;
  readonly kind: RepositoryKind;
}

/** Files and folders. A model has a few dozen, a large dataset some thousands. */
const mostEntries = 10_000;

const Entry = z.object({
  path: z.string().min(1),
  size: z.int().nonnegative(),
  oid: z.string().regex(/^[0-9a-f]{40}$/),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().nonnegative() }).optional(),
});

/** The commit that a branch or tag is at. */
export async function resolveCommit(
  connection: HubConnection,
  { repo, kind }: RemoteRepository,
  revision: string,
): Promise<string> {
  const { datasetInfo, modelInfo } = await import("@huggingface/hub");
  const { sha } = await ask(connection, { repo, kind, revision }, (access): Promise<{ sha?: unknown }> => {
    const about = { name: repo, revision, ...access };
    return kind === "dataset"
      ? datasetInfo({ ...about, additionalFields: ["sha"] })
      : modelInfo({ ...about, additionalFields: ["sha"] });
  });
  if (typeof sha !== "string" || !isCommit(sha)) {
    throw new SdttError("network", `${connection.endpoint} names no commit for ${repo}@${revision}.`);
  }
  return sha;
}

/** Every file of a commit. */
export async function listRemoteFiles(
  connection: HubConnection,
  { repo, kind }: RemoteRepository,
  commit: string,
): Promise<RemoteFile[]> {
  const listing = { repo: { type: kind, name: repo }, revision: commit, recursive: true } as const;
  const { listFiles } = await import("@huggingface/hub");
  return ask(connection, { repo, kind, revision: commit }, async (access) => {
    const files: RemoteFile[] = [];
    let entries = 0;
    for await (const entry of listFiles({ ...listing, ...access })) {
      if (++entries > mostEntries) throw tooManyFiles(connection, repo);
      if (entry.type === "file") files.push(parseEntry(entry));
    }
    return files;
  });
}

function tooManyFiles({ endpoint }: HubConnection, repo: string): SdttError {
  return new SdttError(
    "usage",
    `${repo} at ${endpoint} has more than ${mostEntries} files: download those that you need, and name their folder.`,
  );
}

function parseEntry(value: unknown): RemoteFile {
  const { path, size, oid, lfs } = Entry.parse(value);
  return lfs
    ? { path, size: lfs.size, digest: { algorithm: "sha256", value: lfs.oid } }
    : { path, size, digest: { algorithm: "git-sha1", value: oid } };
}

/** What the library needs to know for each of its calls. */
interface Access extends LibraryAccess {
  readonly hubUrl: string;
}

/** Calls the library, and gives an answer that it or the schema cannot read the shape of an error of ours. */
async function ask<T>(
  connection: HubConnection,
  about: RemoteRepository & { revision: string },
  call: (access: Access) => Promise<T>,
): Promise<T> {
  const { endpoint } = connection;
  const token = await connection.token();
  const subject: Subject = { endpoint, hasToken: token !== undefined, ...about };
  try {
    return await call({
      hubUrl: endpoint,
      ...accessWith(token, createHubFetch(connection, subject)),
    });
  } catch (error) {
    if (isSdttError(error)) throw error;
    const what =
      error instanceof z.ZodError ? z.prettifyError(error).replaceAll(/\s+/g, " ") : reasonOf(error);
    throw new SdttError(
      "network",
      `${endpoint} gave an answer about ${about.repo} that makes no sense: ${what}.`,
      {
        cause: error,
      },
    );
  }
}
