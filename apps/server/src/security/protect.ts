import bearerAuth from "@fastify/bearer-auth";
import cors from "@fastify/cors";
import type { FastifyInstance } from "fastify";
import helmet from "helmet";
import { ApiError } from "../errors/api-error.ts";
import { errorAnswer } from "../errors/error-answer.ts";
import { requestIdHeader } from "../request-id.ts";
import { seedHeader } from "../texts/seed-header.ts";
import { isLoopback } from "./loopback.ts";

export interface ProtectOptions {
  /** Pages of these origins may call the server; none unless given. */
  readonly corsOrigins: readonly string[];
  /** Whether requests have to be for a name of this machine, and no other. */
  readonly localNamesOnly: boolean;
}

/** Headers on every answer, and who may ask from where. */
export async function protect(app: FastifyInstance, options: ProtectOptions): Promise<void> {
  const { corsOrigins, localNamesOnly } = options;
  const setHeaders = helmet({
    strictTransportSecurity: false,
    xFrameOptions: { action: "deny" },
    contentSecurityPolicy: { useDefaults: false, directives },
  });
  app.addHook("onRequest", (request, reply, done) => setHeaders(request.raw, reply.raw, done as () => void));
  if (corsOrigins.length > 0) {
    await app.register(cors, { origin: [...corsOrigins], exposedHeaders: [requestIdHeader, seedHeader] });
  }
  app.addHook("onRequest", async ({ headers, hostname, raw }) => {
    if (headers.host === undefined && raw.httpVersion === "1.1") {
      throw new ApiError(400, "HTTP/1.1 needs a Host header: send the name and port of this server.", {
        code: "host",
      });
    }
    // A page whose name was made to mean this machine sends its own name (DNS rebinding).
    if (localNamesOnly && !isLoopback(hostname)) {
      throw new ApiError(
        403,
        "This server answers to the names of its own machine alone: call it as 127.0.0.1 or localhost, or start it with a key.",
        { code: "host" },
      );
    }
  });
}

/** The name of the key's scheme in the description of the API. */
export const keyScheme = "key";

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

/** Routes that are added to `app` then take the key as a bearer, compared in constant time, and say so. */
export async function requireKey(app: FastifyInstance, apiKey: string): Promise<void> {
  app.addHook("onRoute", ({ schema }) => {
    if (schema) schema.security = [{ [keyScheme]: [] }];
  });
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
