import type { Socket } from "node:net";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import type { Metrics } from "./metrics.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What the request failed with, if it did. */
    failure: unknown;
  }
}

/** Counts each request and writes one line for it, however it ends. */
export interface RequestWatch {
  /**
   * A connection broke the protocol, or was too slow: gives its request this status, or counts and logs a request of which
   * nothing could be read.
   */
  refuse(socket: Socket, status: number, error: Error): void;
}

/** What nginx calls a request whose client has closed the connection before it was answered. */
const clientGone = 499;

export function watchRequests(app: FastifyInstance, metrics: Metrics): RequestWatch {
  const log: FastifyBaseLogger = app.log;
  const refusals = new WeakMap<Socket, number>();
  const underWay = new Set<Socket>();
  app.decorateRequest("failure", undefined);
  // What others log of a request would be a second line.
  app.addHook("onRoute", (route) => {
    route.logLevel = "silent";
  });
  app.addHook("onRequest", async (request, reply) => {
    const start = performance.now();
    const { socket } = request.raw;
    underWay.add(socket);
    // Not `onResponse`: that one does not hear of clients that have gone.
    reply.raw.once("close", () => {
      underWay.delete(socket);
      const seconds = (performance.now() - start) / 1000;
      const refused = refusals.get(socket);
      const status = refused ?? (reply.raw.writableFinished ? reply.statusCode : clientGone);
      const { method, failure } = request;
      // The pattern, not the address: its values are few.
      metrics.countRequest({ method, route: request.routeOptions.url ?? "unknown", status, seconds });
      const line = {
        requestId: request.id,
        method,
        url: request.url.slice(0, 200),
        client: request.ip,
        status,
        milliseconds: Math.round(1000 * seconds),
      };
      if (failure === undefined) log.info(line, status === clientGone ? "client went away" : "answered");
      else log.error({ ...line, err: failure }, "failed");
    });
  });
  return {
    refuse(socket, status, error) {
      if (underWay.has(socket)) {
        refusals.set(socket, status);
        return;
      }
      metrics.countRequest({ method: "unknown", route: "unknown", status, seconds: 0 });
      log.info({ client: socket.remoteAddress, status, reason: error.message }, "refused");
    },
  };
}
