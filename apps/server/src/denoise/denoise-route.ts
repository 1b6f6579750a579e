import type { FastifyInstance } from "fastify";
import type { ServerContext } from "../server-context.ts";
import { startDeadline } from "../texts/deadline.ts";
import { streamEvents } from "../texts/event-writer.ts";
import { seedHeader } from "../texts/seed-header.ts";
import { findModel } from "../texts/find-model.ts";
import { refusals } from "../errors/error-answer.ts";
import { denoiseEvents } from "./denoise-events.ts";
import { denoiseRequest } from "./denoise-request.ts";
import type { DenoiseRequest } from "./denoise-request.ts";
import { planDenoise } from "./plan-denoise.ts";
import { writeDenoise } from "./write-denoise.ts";

/** A text as it is written: each step's tokens as server-sent events. */
export function registerDenoise(app: FastifyInstance, context: ServerContext): void {
  const schema = {
    summary: "Writes a text, or fills the gaps of one, telling each step as a server-sent event",
    tags: ["Texts"],
    body: denoiseRequest(context.limits),
    response: {
      200: {
        description: "Server-sent events, each by its name: one start, steps, and done or error",
        content: { "text/event-stream": { schema: denoiseEvents } },
      },
      ...refusals,
    },
  };
  app.post<{ Body: DenoiseRequest }>("/v1/denoise", { schema, sse: "manual" }, async (request, reply) => {
    const served = findModel(context, request.body.model);
    const plan = planDenoise(request.body, served);
    reply.header(seedHeader, plan.seed);
    using deadline = startDeadline(reply, context);
    await streamEvents(reply, deadline.signal, async (send) => {
      for await (const event of writeDenoise(served, plan, deadline.signal)) await send(event);
    });
  });
}
