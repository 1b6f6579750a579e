import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

/** A host of static files that goes wrong where it is told to. */
export interface StaticHost extends AsyncDisposable {
  readonly url: string;
  /** What was asked for, in order: `GET /models/... bytes=100-`. */
  readonly requests: string[];
  /** Bytes of all answers, by path. */
  readonly sent: Map<string, number>;
  /** Ends the connection after so many bytes of a path, once. */
  breakOnce(path: string, after: number): void;
  /** Gives other bytes for a path, until it is called with none. */
  replace(path: string, bytes?: Uint8Array): void;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};
const isolating = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** Serves a folder. @param options.isIsolated whether it sends the headers that threads need. */
export async function serveStatic(
  folder: string,
  { isIsolated = true }: { readonly isIsolated?: boolean } = {},
): Promise<StaticHost> {
  const requests: string[] = [];
  const sent = new Map<string, number>();
  const breaks = new Map<string, number>();
  const replaced = new Map<string, Uint8Array>();
  const server = createServer(async (request, response) => {
    const path = new URL(request.url!, "http://host").pathname;
    const { range } = request.headers;
    requests.push([request.method, path, range].filter(Boolean).join(" "));
    const name = path.endsWith("/") ? `${path}index.html` : path;
    const bytes = replaced.get(path) ?? (await readFile(join(folder, name)).catch(() => undefined));
    if (!bytes) return response.writeHead(404).end();
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
    const body = bytes.subarray(from);
    sent.set(path, (sent.get(path) ?? 0) + body.length);
    response.writeHead(from > 0 ? 206 : 200, {
      "content-type": types[extname(name)] ?? "application/octet-stream",
      "content-length": body.length,
      ...(from > 0 ? { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
      ...(isIsolated ? isolating : {}),
    });
    const end = breaks.get(path);
    if (end === undefined) return response.end(body);
    breaks.delete(path);
    return response.write(body.subarray(0, end), () => setTimeout(() => response.destroy(), 200));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    sent,
    breakOnce: (path, after) => void breaks.set(path, after),
    replace: (path, bytes) => void (bytes ? replaced.set(path, bytes) : replaced.delete(path)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
