import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import type { Writable } from "node:stream";
import { SdttError } from "@sdtt/core";
import type { LanguageModel } from "sdtt";
import { createApp } from "./create-app.ts";
import { defaultLimits } from "./limits.ts";
import type { Limits } from "./limits.ts";
import { listeningUrls } from "./listening-urls.ts";
import { createMetrics } from "./operations/metrics.ts";
import { isLoopback } from "./security/loopback.ts";
import { serveModels } from "./serve-models.ts";
import type { ServerContext } from "./server-context.ts";

export interface ServerOptions {
  /** By the names that requests shall use; the first serves requests that name none. They stay the caller's to dispose. */
  readonly models: ReadonlyMap<string, LanguageModel>;
  /** `127.0.0.1` unless given: this machine alone. */
  readonly host?: string | undefined;
  /** 8000 unless given; 0 takes a free one. */
  readonly port?: number | undefined;
  /** What clients must send as a bearer; nothing is asked unless given. */
  readonly apiKey?: string | undefined;
  /** Pages of other origins that may call the server; none unless given. */
  readonly corsOrigins?: readonly string[] | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** The folder of the built page, served at `/`. */
  readonly page?: string | undefined;
  /** Seconds that requests under way are given once the server is disposed; 30 unless given. */
  readonly grace?: number | undefined;
  /** Where a line of JSON goes for each request and failure; nowhere unless given. */
  readonly log?: Writable | undefined;
}

/** Takes requests until it is disposed: then it takes no new ones, and ends when those under way are answered. */
export interface Server extends AsyncDisposable {
  /** `http://127.0.0.1:8000` */
  readonly url: string;
  /** All its addresses: several where it listens on all interfaces. */
  readonly urls: readonly string[];
  /** Whether it can be reached from other machines, and asks for no key. */
  readonly isOpen: boolean;
}

/**
 * Serves models over HTTP.
 *
 * @throws SdttError `usage` without a model or for one that is no denoiser; `unavailable` if it cannot listen.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { host = "127.0.0.1", port = 8000, grace = 30 } = options;
  const wanted: Limits = { ...defaultLimits, ...options.limits };
  // A request that never fits into the queue would be told to try again for ever.
  const limits: Limits = { ...wanted, texts: Math.min(wanted.texts, wanted.capacity) };
  const metrics = createMetrics();
  const models = serveModels(options.models, limits, metrics);
  const [stopping, halt] = [new AbortController(), new AbortController()];
  const context: ServerContext = {
    models,
    limits,
    started: Math.floor(Date.now() / 1000),
    halt: halt.signal,
    isStopping: () => stopping.signal.aborted,
  };
  const app = await createApp(context, metrics, { ...options, host });
  await app.listen({ host, port }).catch((cause: Error) => {
    throw new SdttError("unavailable", `Cannot listen on ${host}, port ${port}: ${cause.message}`, { cause });
  });

  const urls = listeningUrls(host, (app.server.address() as AddressInfo).port, networkInterfaces());
  return {
    url: urls[0]!,
    urls,
    isOpen: options.apiKey === undefined && !isLoopback(host),
    async [Symbol.asyncDispose]() {
      if (stopping.signal.aborted) return;
      stopping.abort();
      const late = [
        setTimeout(() => halt.abort(), grace * 1000),
        // A client that does not read would hold its connection for ever.
        setTimeout(() => app.server.closeAllConnections(), grace * 1000 + 1000),
      ];
      await Promise.all(Array.from(models.values(), ({ batcher }) => batcher.drain()));
      // Connections that answer their last request meanwhile would else be kept for a next one.
      const idle = setInterval(() => app.server.closeIdleConnections(), 20);
      await app.close();
      clearInterval(idle);
      for (const timer of late) clearTimeout(timer);
    },
  };
}
