import { readJson, sendJson } from "./exchange.ts";
import type { Exchange } from "./exchange.ts";
import type { CommitView, StoredFile } from "./repositories.ts";

/** `GET /api/models/{repo}/revision/{revision}` */
export function sendModelInfo(exchange: Exchange, { repo, commit, access, files }: CommitView): void {
  sendJson(exchange, {
    _id: "0".repeat(24),
    id: repo,
    sha: commit,
    lastModified: "2025-01-01T00:00:00.000Z",
    private: access.private ?? false,
    gated: access.gated ? "auto" : false,
    downloads: 0,
    likes: 0,
    siblings: [...files.keys()].map((rfilename) => ({ rfilename })),
  });
}

/** `GET /api/models/{repo}/tree/{revision}`, in pages. */
export function sendTree(exchange: Exchange, view: CommitView, pageSize: number): void {
  const entries = [...view.files].map(([path, file]) => entryOf(path, file));
  const from = Number(exchange.url.searchParams.get("cursor") ?? 0);
  const next = new URL(exchange.url);
  next.searchParams.set("cursor", String(from + pageSize));
  const isLast = from + pageSize >= entries.length;
  sendJson(
    exchange,
    entries.slice(from, from + pageSize),
    isLast ? {} : { Link: `<${next.href}>; rel="next"` },
  );
}

/** `POST /api/models/{repo}/paths-info/{revision}` */
export async function sendPathsInfo(exchange: Exchange, view: CommitView): Promise<void> {
  const { paths } = await readJson<{ paths: string[] }>(exchange);
  const lastCommit = { id: view.commit, title: "a commit", date: "2025-01-01T00:00:00.000Z" };
  const found = paths.filter((path) => view.files.has(path));
  sendJson(
    exchange,
    found.map((path) => Object.assign(entryOf(path, view.files.get(path)!), { lastCommit })),
  );
}

function entryOf(path: string, { oid, content, sha256 }: StoredFile): object {
  const size = content.length;
  return { type: "file", path, oid, size, lfs: sha256 && { oid: sha256, size, pointerSize: 134 } };
}
