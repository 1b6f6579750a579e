import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import type { OpenAPIV3_1 } from "openapi-types";
import manifest from "../../package.json" with { type: "json" };
import { keyScheme } from "../security/protect.ts";
import { renderDocs } from "./render-docs.ts";
import { stylesheet } from "./stylesheet.ts";

const introduction =
  "Texts of masked diffusion language models, which continue plain text. Clients of OpenAI's completions can use it: their base URL ends in /v1. There is no chat.";

/** Describes all routes that are added later: `/openapi.json` for programs, `/docs` for people. */
export async function registerDescription(
  app: FastifyInstance,
  { needsKey }: { readonly needsKey: boolean },
): Promise<void> {
  const scheme = { type: "http", scheme: "bearer", description: "The server's key." } as const;
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "SDTT server", version: manifest.version, description: introduction },
      tags: [
        { name: "Texts", description: "Completions, and texts step by step." },
        { name: "Models", description: "The models that are served." },
        { name: "Operations", description: "Health and metrics." },
      ],
      ...(needsKey ? { components: { securitySchemes: { [keyScheme]: scheme } } } : {}),
    },
    transform: jsonSchemaTransform,
  });
  let page: string | undefined;
  app.get("/openapi.json", { schema: { hide: true } }, () => app.swagger());
  app.get("/docs", { schema: { hide: true } }, (_request, reply) => {
    page ??= renderDocs(app.swagger() as OpenAPIV3_1.Document);
    return reply.type("text/html; charset=utf-8").send(page);
  });
  app.get("/docs/style.css", { schema: { hide: true } }, (_request, reply) =>
    reply.type("text/css; charset=utf-8").send(stylesheet),
  );
}
