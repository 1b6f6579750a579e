import type { FastifyInstance } from "fastify";
import { ApiError } from "./api-error.ts";

/** What to use instead of what other servers have, by the end of its path. */
const insteads: readonly [paths: RegExp, sentence: string][] = [
  [
    /\/(chat\/completions|responses|messages|chat)$/,
    "These models continue plain text and know no roles: use POST /v1/completions with a prompt.",
  ],
  [
    /\/(embeddings|rerank|score)$/,
    "These models write texts and have no embeddings: use POST /v1/completions.",
  ],
  [
    /\/(completion|generate|generate_stream|infill|edits)$/,
    "Use POST /v1/completions, with a suffix to write in between.",
  ],
  [/\/(tags|show)$/, "Use GET /v1/models."],
  [
    /\/(docs|documentation|swagger|redoc)\b/,
    "The description of the API is at GET /docs and GET /openapi.json.",
  ],
];

/** Answers requests for what is not here with a sentence that says what is. */
export function notFound(app: FastifyInstance, method: string, url: string): ApiError {
  const path = url.split("?")[0]!.replace(/\/+$/, "");
  const elsewhere = (["GET", "POST"] as const)
    .flatMap((method) => [path, `/v1${path}`].map((url) => ({ method, url })))
    .find((route) => route.url !== "" && app.hasRoute(route));
  const instead =
    insteads.find(([paths]) => paths.test(path))?.[1] ??
    (elsewhere ? `Use ${elsewhere.method} ${elsewhere.url}.` : "GET /docs describes what there is.");
  return new ApiError(404, `There is no ${method} ${url.slice(0, 100)}. ${instead}`, { code: "unknown_url" });
}
