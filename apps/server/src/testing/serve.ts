import { Writable } from "node:stream";
import type { LanguageModel } from "sdtt";
import { startServer } from "../index.ts";
import type { Server, ServerOptions } from "../index.ts";
import { hashModel } from "./hash-model.ts";
import type { HashDenoiserOptions, RecordedDenoiser } from "./hash-model.ts";

export interface Scene extends AsyncDisposable {
  readonly server: Server;
  readonly url: string;
  readonly denoiser: RecordedDenoiser;
  /** The lines of the server's log. */
  readonly log: string[];
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** A server on a free port around a model that answers at once. */
export async function serve({
  before,
  draw,
  ...options
}: Partial<ServerOptions> & Pick<HashDenoiserOptions, "before" | "draw"> = {}): Promise<Scene> {
  const model = await hashModel({ ...(before ? { before } : {}), ...(draw ? { draw } : {}) });
  const log: string[] = [];
  const server = await startServer({
    models: new Map<string, LanguageModel>([["hash", model]]),
    port: 0,
    log: new Writable({
      write(chunk, _encoding, done) {
        log.push(String(chunk));
        done();
      },
    }),
    ...options,
  });
  return {
    server,
    url: server.url,
    denoiser: model.network,
    log,
    post: (path, body, headers = {}) =>
      fetch(server.url + path, {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: { "content-type": "application/json", ...headers },
      }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The data of each event, and its name if it has one. */
export function parseEvents(body: string): { event: string | undefined; data: unknown }[] {
  return body
    .split("\n\n")
    .filter((block) => block.includes("data:"))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
      const data = field("data")!;
      return { event: field("event"), data: data === "[DONE]" ? data : (JSON.parse(data) as unknown) };
    });
}
