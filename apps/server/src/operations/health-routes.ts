import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { ServerContext } from "../server-context.ts";

/** `/healthz`: the process answers. `/readyz`, and `/health` as other servers call it: it takes requests; 503 once it is stopping. */
export function registerHealth(app: FastifyInstance, { isStopping }: ServerContext): void {
  const tags = ["Operations"];
  const alive = {
    summary: "Whether the process answers",
    tags,
    response: { 200: z.object({ status: z.literal("ok") }).describe("It answers.") },
  };
  const ready = {
    summary: "Whether it takes requests",
    tags,
    response: {
      200: z.object({ status: z.literal("ready") }).describe("It does."),
      503: z.object({ status: z.literal("stopping") }).describe("It is stopping."),
    },
  };
  app.get("/healthz", { schema: alive }, () => ({ status: "ok" }));
  for (const path of ["/readyz", "/health"]) {
    app.get(path, { schema: ready }, (_request, reply) => {
      void reply.code(isStopping() ? 503 : 200);
      return { status: isStopping() ? "stopping" : "ready" };
    });
  }
}
