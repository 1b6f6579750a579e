import bearerAuth from "@fastify/bearer-auth";
import cors from "@fastify/cors";
import type { FastifyInstance } from "fastify";
import helmet from "helmet";
import { ApiError } from "../errors/api-error.ts";
import { errorAnswer } from "../errors/error-answer.ts";
import { seedHeader } from "../texts/seed-header.ts";

export interface ProtectOptions {
  /** Pages of these origins may call the server; none unless given. */
  readonly corsOrigins: readonly string[];
  /** Host names that requests may be for; any if absent. */
  readonly hostNames?: ReadonlySet<string> | undefined;
}

/** Headers on every answer, and who may ask from where. */
export async function protect(app: FastifyInstance, options: ProtectOptions): Promise<void> {
  const { corsOrigins, hostNames } = options;
  const setHeaders = helmet({
    strictTransportSecurity: false,
    xFrameOptions: { action: "deny" },
    contentSecurityPolicy: { useDefaults: false, directives },
  });
  app.addHook("onRequest", (request, reply, done) => setHeaders(request.raw, reply.raw, done as () => void));
  if (corsOrigins.length > 0) {
    await app.register(cors, { origin: [...corsOrigins], exposedHeaders: [seedHeader] });
  }
  if (hostNames) {
    // A page whose name was made to mean this machine sends its own name (DNS rebinding).
    app.addHook("onRequest", async ({ hostname }) => {
      if (hostNames.has(hostname)) return;
      throw new ApiError(403, "This server answers to the names of its own machine alone.", { code: "host" });
    });
  }
}

/** Nothing but what the server itself hands out; the page has no inline scripts or styles. */
const directives = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", "data:"],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  manifestSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

/** Routes of `app` then take the key as a bearer, compared in constant time. */
export async function requireKey(app: FastifyInstance, apiKey: string): Promise<void> {
  await app.register(bearerAuth, {
    keys: new Set([apiKey]),
    verifyErrorLogLevel: "debug",
    contentType: "application/json",
    errorResponse: () => {
      const refusal = new ApiError(401, "Send the server's key: Authorization: Bearer KEY.", {
        code: "invalid_api_key",
      });
      return errorAnswer(refusal).body as never;
    },
  });
}
