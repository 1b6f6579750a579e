import { createHash } from "node:crypto";

/** The repositories of a hub, in memory: commits are trees of files, branches name commits. */
export interface Repositories {
  readonly repositories: Map<string, Repository>;
  /** What large files hold, by sha256. */
  readonly objects: Map<string, Buffer>;
}

export interface Repository {
  readonly access: RepositoryAccess;
  readonly branches: Map<string, string>;
  readonly commits: Map<string, ReadonlyMap<string, StoredFile>>;
}

export interface RepositoryAccess {
  /** Those without a token do not learn that it exists. */
  readonly private?: boolean;
  /** Its files are for those to whom access was given; everyone sees that it exists. */
  readonly gated?: boolean;
}

export interface StoredFile {
  readonly content: Buffer;
  /** Sha1 of what git stores: the content, or the pointer to it. */
  readonly oid: string;
  /** Set for a large file. */
  readonly sha256?: string;
}

export function createRepository(access: RepositoryAccess = {}): Repository {
  const empty = sha1(String(Math.PI));
  return { access, branches: new Map([["main", empty]]), commits: new Map([[empty, new Map()]]) };
}

/** Puts files on a branch and returns the commit. Files from `largeFrom` bytes on are stored as large ones. */
export function commitFiles(
  { objects }: Repositories,
  repository: Repository,
  options: { branch: string; files: Readonly<Record<string, Uint8Array | string>>; largeFrom: number },
): string {
  const { branch, files, largeFrom } = options;
  const parent = repository.branches.get(branch) ?? repository.branches.get("main")!;
  const tree = new Map(repository.commits.get(parent));
  for (const [path, value] of Object.entries(files)) {
    const content = Buffer.from(value);
    const file = storeFile(content, content.length >= largeFrom);
    if (file.sha256) objects.set(file.sha256, content);
    tree.set(path, file);
  }
  const commit = sha1([parent, ...[...tree].map(([path, file]) => `${path} ${file.oid}`)].join("\n"));
  repository.commits.set(commit, tree);
  repository.branches.set(branch, commit);
  return commit;
}

/** The commit that a branch or a commit names. */
export function findCommit(repository: Repository, revision: string): string | undefined {
  return repository.branches.get(revision) ?? (repository.commits.has(revision) ? revision : undefined);
}

/** A commit that a request is about. */
export interface CommitView {
  readonly repo: string;
  readonly commit: string;
  readonly files: ReadonlyMap<string, StoredFile>;
  readonly access: RepositoryAccess;
}

export function viewCommit(repo: string, repository: Repository, revision: string): CommitView | undefined {
  const commit = findCommit(repository, revision);
  const files = repository.commits.get(commit ?? "");
  if (commit === undefined || files === undefined) return undefined;
  return { repo, commit, files, access: repository.access };
}

function storeFile(content: Buffer, large: boolean): StoredFile {
  if (!large) return { content, oid: gitSha1(content) };
  const sha256 = createHash("sha256").update(content).digest("hex");
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${content.length}\n`;
  return { content, oid: gitSha1(Buffer.from(pointer)), sha256 };
}

function gitSha1(content: Buffer): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}

function sha1(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}
