import type { HubContext } from "./context.ts";
import { readBody, readJson, sendJson, sendRefusal } from "./exchange.ts";
import type { Exchange } from "./exchange.ts";
import { commitFiles, createRepository, findCommit } from "./repositories.ts";
import type { Repositories, Repository } from "./repositories.ts";

/** `POST /api/repos/create` */
export async function createRepo(exchange: Exchange, { repositories }: Repositories): Promise<void> {
  const body = await readJson<{ organization: string; name: string; visibility?: string }>(exchange);
  const repo = `${body.organization}/${body.name}`;
  if (repositories.has(repo)) return sendRefusal(exchange, 409, "You already created this model repo");
  repositories.set(repo, createRepository({ private: body.visibility === "private" }));
  sendJson(exchange, { id: repo, url: `${exchange.url.origin}/${repo}` });
}

/** `POST /api/models/{repo}/branch/{branch}` */
export async function createBranch(
  exchange: Exchange,
  repository: Repository,
  branch: string,
): Promise<void> {
  const { startingPoint = "main" } = await readJson<{ startingPoint?: string }>(exchange);
  if (repository.branches.has(branch)) return sendRefusal(exchange, 409, `Branch ${branch} already exists`);
  const commit = findCommit(repository, startingPoint);
  if (commit === undefined) return sendRefusal(exchange, 404, "Invalid starting point", "RevisionNotFound");
  repository.branches.set(branch, commit);
  sendJson(exchange, {});
}

/** `POST /api/models/{repo}/preupload/{branch}`: which files are to go to the storage. */
export async function preupload(exchange: Exchange, { largeFrom }: HubContext): Promise<void> {
  const { files } = await readJson<{ files: { path: string; size: number }[] }>(exchange);
  sendJson(exchange, {
    files: files.map(({ path, size }) => ({
      path,
      uploadMode: size >= largeFrom ? "lfs" : "regular",
      shouldIgnore: false,
    })),
  });
}

/** `POST /{repo}.git/info/lfs/objects/batch`: where to put the large files that are not there yet. */
export async function lfsBatch(exchange: Exchange, { state, storage }: HubContext): Promise<void> {
  const { objects } = await readJson<{ objects: { oid: string; size: number }[] }>(exchange);
  sendJson(exchange, {
    transfer: "basic",
    objects: objects.map(({ oid, size }) => {
      const upload = { href: `${storage}/upload/${oid}?signature=valid` };
      return { oid, size, actions: state.objects.has(oid) ? undefined : { upload } };
    }),
  });
}

/** `POST /api/models/{repo}/commit/{branch}`: lines of JSON. */
export async function commit(
  exchange: Exchange,
  { state, largeFrom }: HubContext,
  repository: Repository,
  branch: string,
): Promise<void> {
  const files: Record<string, Buffer> = {};
  for (const line of (await readBody(exchange)).toString().split("\n")) {
    const { key, value } = JSON.parse(line) as CommitLine;
    if (key === "header") continue;
    const content = key === "file" ? Buffer.from(value.content!, "base64") : state.objects.get(value.oid!);
    if (!content) return sendRefusal(exchange, 400, `The object of ${value.path} was not uploaded`);
    files[value.path] = content;
  }
  const commitOid = commitFiles(state, repository, { branch, files, largeFrom });
  sendJson(exchange, { commitOid, commitUrl: `${exchange.url.origin}/commit/${commitOid}`, hookOutput: "" });
}

interface CommitLine {
  readonly key: "header" | "file" | "lfsFile";
  readonly value: { readonly path: string; readonly content?: string; readonly oid?: string };
}
