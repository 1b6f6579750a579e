import type { FastifyInstance } from "fastify";
import type { ServerContext } from "../server-context.ts";

/** `/healthz`: the process answers. `/readyz`, and `/health` as other servers call it: it takes requests; 503 once it is stopping. */
export function registerHealth(app: FastifyInstance, { isStopping }: ServerContext): void {
  app.get("/healthz", { schema: { summary: "Whether the process answers" } }, () => ({ status: "ok" }));
  for (const path of ["/readyz", "/health"]) {
    app.get(path, { schema: { summary: "Whether it takes requests" } }, (_request, reply) => {
      void reply.code(isStopping() ? 503 : 200);
      return { status: isStopping() ? "stopping" : "ready" };
    });
  }
}
