import type { Writable } from "node:stream";
import { fastifySSE } from "@fastify/sse";
import fastify, { LogController } from "fastify";
import type { FastifyInstance, FastifyReply } from "fastify";
import { validatorCompiler } from "fastify-type-provider-zod";
import { registerDenoise } from "./denoise/denoise-route.ts";
import { registerDescription } from "./docs/register-description.ts";
import { answerConnection, connectionError } from "./errors/connection-errors.ts";
import { errorAnswer } from "./errors/error-answer.ts";
import { registerErrors } from "./errors/register-errors.ts";
import { registerCompletions } from "./openai/completions-route.ts";
import { registerModels } from "./openai/models-route.ts";
import { registerHealth } from "./operations/health-routes.ts";
import { registerMetrics } from "./operations/metrics.ts";
import type { Metrics } from "./operations/metrics.ts";
import { watchRequests } from "./operations/watch-requests.ts";
import { registerPage } from "./page.ts";
import { isLoopback } from "./security/loopback.ts";
import { requestId, requestIdHeader } from "./request-id.ts";
import { protect, requireKey } from "./security/protect.ts";
import type { ServerContext } from "./server-context.ts";
import { serializeEvent } from "./texts/event-writer.ts";

export interface AppOptions {
  readonly host: string;
  readonly apiKey?: string | undefined;
  readonly corsOrigins?: readonly string[] | undefined;
  readonly page?: string | undefined;
  readonly log?: Writable | undefined;
}

/** All routes, and what lies around them; does not listen yet. */
export async function createApp(
  context: ServerContext,
  metrics: Metrics,
  options: AppOptions,
): Promise<FastifyInstance> {
  const { host, apiKey, corsOrigins = [], page, log } = options;
  const { bodyBytes, arrivalSeconds } = context.limits;
  const app = fastify({
    bodyLimit: bodyBytes,
    requestTimeout: 1000 * arrivalSeconds,
    http: {
      headersTimeout: 1000 * Math.min(arrivalSeconds, 10),
      connectionsCheckingInterval: 1000 * Math.min(arrivalSeconds / 2, 5),
      // Refused by `protect`, in the shape of all refusals.
      requireHostHeader: false,
    },
    genReqId: requestId,
    ...(log ? { logger: { stream: log } } : {}),
    logController: new LogController({ disableRequestLogging: true }),
    // Addresses that cannot be read never come to a route, nor to a hook.
    frameworkErrors(error, request, reply: FastifyReply) {
      const { status, body } = errorAnswer(error);
      watch.refuse(request.raw.socket, status, error);
      void reply.code(status).header(requestIdHeader, request.id).send(body);
    },
    clientErrorHandler(error, socket) {
      if (error.code === "ECONNRESET") return;
      const refusal = connectionError(error);
      watch.refuse(socket, refusal.status, error);
      answerConnection(socket, refusal);
    },
  });
  app.setValidatorCompiler(validatorCompiler);
  // Schemas of answers describe; tests hold the answers to them.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  // Bodies are JSON: a form of a foreign page, which needs no permission to be sent, is refused.
  app.removeContentTypeParser("text/plain");
  registerErrors(app);
  const watch = watchRequests(app, metrics);
  app.addHook("onRequest", async ({ id }, reply) => void reply.header(requestIdHeader, id));
  // Without a key, who may reach a server on the loopback interface is settled by its address: hold requests to it.
  await protect(app, { corsOrigins, localNamesOnly: apiKey === undefined && isLoopback(host) });
  await app.register(fastifySSE, { serializer: serializeEvent });
  await registerDescription(app, { needsKey: apiKey !== undefined });

  registerHealth(app, context);
  await app.register(async (guarded) => {
    if (apiKey !== undefined) await requireKey(guarded, apiKey);
    registerModels(guarded, context);
    registerCompletions(guarded, context);
    registerDenoise(guarded, context);
    registerMetrics(guarded, metrics);
  });
  if (page !== undefined) await registerPage(app, page);
  return app;
}
