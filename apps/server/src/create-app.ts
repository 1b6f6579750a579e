import { isIP } from "node:net";
import type { Writable } from "node:stream";
import { fastifySSE } from "@fastify/sse";
import swagger from "@fastify/swagger";
import fastify from "fastify";
import type { FastifyInstance, FastifyReply } from "fastify";
import { jsonSchemaTransform, validatorCompiler } from "fastify-type-provider-zod";
import manifest from "../package.json" with { type: "json" };
import { registerDenoise } from "./denoise/denoise-route.ts";
import { errorAnswer } from "./errors/error-answer.ts";
import { registerErrors } from "./errors/register-errors.ts";
import { registerCompletions } from "./openai/completions-route.ts";
import { registerModels } from "./openai/models-route.ts";
import { registerHealth } from "./operations/health-routes.ts";
import { registerMetrics } from "./operations/metrics.ts";
import type { Metrics } from "./operations/metrics.ts";
import { registerPage } from "./page.ts";
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
  const app = fastify({
    bodyLimit: context.limits.bodyBytes,
    ...(log ? { logger: { stream: log } } : {}),
    // Addresses that cannot be read never come to a route.
    frameworkErrors(error, _request, reply: FastifyReply) {
      const { status, body } = errorAnswer(error);
      void reply.code(status).send(body);
    },
  });
  app.setValidatorCompiler(validatorCompiler);
  // Bodies are JSON: a form of a foreign page, which needs no permission to be sent, is refused.
  app.removeContentTypeParser("text/plain");
  registerErrors(app);
  metrics.watchRequests(app);
  // Without a key, who may reach a server on the loopback interface is settled by its address: hold requests to it.
  const hostNames = apiKey === undefined && isLoopback(host) ? new Set([host, ...loopbackNames]) : undefined;
  await protect(app, { corsOrigins, hostNames });
  await app.register(fastifySSE, { serializer: serializeEvent });
  await app.register(swagger, {
    openapi: { openapi: "3.1.0", info: { title: "SDTT server", version: manifest.version } },
    transform: jsonSchemaTransform,
  });

  registerHealth(app, context);
  app.get("/openapi.json", { schema: { summary: "This description" } }, () => app.swagger());
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

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
