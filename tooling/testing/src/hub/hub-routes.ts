import type { HubContext, TokenRights } from "./context.ts";
import { sendRefusal } from "./exchange.ts";
import type { Exchange } from "./exchange.ts";
import { sendModelInfo, sendPathsInfo, sendTree } from "./metadata-routes.ts";
import { viewCommit } from "./repositories.ts";
import type { CommitView } from "./repositories.ts";
import { commit, createBranch, createRepo, lfsBatch, preupload } from "./upload-routes.ts";

/** Everything a hub answers itself: metadata, small files, redirects to large ones, and uploads. */
export function routeHub(exchange: Exchange, context: HubContext): void | Promise<void> {
  const { state, tokens, pageSize } = context;
  const { request, url } = exchange;
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  const rights = token === undefined ? undefined : tokens[token];
  if (token !== undefined && !rights) {
    return sendRefusal(exchange, 401, "Invalid credentials in Authorization header");
  }
  const writes = request.method === "POST" && !url.pathname.includes("/paths-info/");
  if (writes && !rights?.write) {
    return sendRefusal(exchange, rights ? 403 : 401, "You don't have the rights to change this model");
  }
  if (url.pathname === "/api/repos/create") return createRepo(exchange, state);

  const { repo, action, rest } = parsePath(url.pathname);
  const repository = state.repositories.get(repo);
  if (!repository || (repository.access.private && !rights)) {
    return sendRefusal(exchange, rights ? 404 : 401, "Repository not found", "RepoNotFound");
  }
  const [first = "", ...path] = rest.split("/");
  const branch = decodeURIComponent(first);
  if (action === "branch") return createBranch(exchange, repository, branch);
  if (action === "preupload") return preupload(exchange, context);
  if (action === "batch") return lfsBatch(exchange, context);
  if (action === "commit") return commit(exchange, context, repository, branch);

  const revision = action === "resolve" ? branch : decodeURIComponent(rest);
  const view = viewCommit(repo, repository, revision);
  if (!view) return sendRefusal(exchange, 404, `Invalid rev id: ${revision}`, "RevisionNotFound");
  if (action === "revision") return sendModelInfo(exchange, view);
  if (action === "tree") return sendTree(exchange, view, pageSize);
  if (action === "paths-info") return sendPathsInfo(exchange, view);
  if (action === "resolve") {
    return resolve(exchange, context, { view, rights, path: path.map(decodeURIComponent).join("/") });
  }
  sendRefusal(exchange, 404, "Sorry, we can't find the page you are looking for.");
}

/** The name of a dataset's repository begins with `datasets/`, as its address does. */
function parsePath(path: string): { repo: string; action: string; rest: string } {
  const match =
    /^\/api\/models\/(?<repo>[^/]+\/[^/]+)\/(?<action>[a-z-]+)\/(?<rest>.+)$/.exec(path) ??
    /^\/api\/(?<repo>datasets\/[^/]+\/[^/]+)\/(?<action>[a-z-]+)\/(?<rest>.+)$/.exec(path) ??
    /^\/(?<repo>(?:datasets\/)?[^/]+\/[^/]+)\/(?<action>resolve)\/(?<rest>.+)$/.exec(path) ??
    /^\/(?<repo>[^/]+\/[^/]+)\.git\/info\/lfs\/objects\/(?<action>batch)$/.exec(path);
  const { repo = "", action = "", rest = "" } = match?.groups ?? {};
  return { repo, action, rest };
}

/** `GET /{repo}/resolve/{revision}/{path}`: small files at once, large ones at the storage. */
function resolve(
  exchange: Exchange,
  context: HubContext,
  { view, rights, path }: { view: CommitView; rights: TokenRights | undefined; path: string },
): void | Promise<void> {
  if (view.access.gated && !rights?.gated) {
    return sendRefusal(exchange, rights ? 403 : 401, `Access to ${view.repo} is restricted`, "GatedRepo");
  }
  const file = view.files.get(path);
  if (!file) return sendRefusal(exchange, 404, "Entry not found", "EntryNotFound");
  const headers = { "X-Repo-Commit": view.commit, ETag: `"${file.sha256 ?? file.oid}"` };
  if (!file.sha256) return context.sendFile(exchange, file.content, headers);
  const { response } = exchange;
  response.writeHead(302, {
    ...headers,
    "X-Linked-Etag": headers.ETag,
    "X-Linked-Size": String(file.content.length),
    Location: `${context.storage}/objects/${file.sha256}?signature=valid`,
  });
  response.end();
}
