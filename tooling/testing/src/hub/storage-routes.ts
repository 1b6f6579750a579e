import { createHash } from "node:crypto";
import type { HubContext } from "./context.ts";
import { readBody, sendRefusal } from "./exchange.ts";
import type { Exchange } from "./exchange.ts";

/** The object store behind a hub: `GET /objects/{sha256}` and `PUT /upload/{sha256}`, by signed links. */
export function routeStorage(exchange: Exchange, context: HubContext): void | Promise<void> {
  const { request, url } = exchange;
  // As object stores do: a signed link and a token together are one too many.
  if (request.headers.authorization) return sendRefusal(exchange, 400, "Only one auth mechanism allowed");
  const [, action, oid = ""] = url.pathname.split("/");
  if (action === "upload" && request.method === "PUT") return storeObject(exchange, context, oid);
  const content = context.state.objects.get(oid);
  if (!content) return sendRefusal(exchange, 404, "NoSuchKey");
  return context.sendFile(exchange, content, { ETag: `"storage-${oid.slice(0, 8)}"` });
}

/** Takes only what has the announced digest and comes with its length. */
async function storeObject(exchange: Exchange, { state }: HubContext, oid: string): Promise<void> {
  if (exchange.request.headers["content-length"] === undefined) {
    return sendRefusal(exchange, 411, "MissingContentLength");
  }
  const body = await readBody(exchange);
  if (createHash("sha256").update(body).digest("hex") !== oid) return sendRefusal(exchange, 400, "BadDigest");
  state.objects.set(oid, body);
  exchange.response.writeHead(200).end();
}
