import { isSdttError } from "@sdtt/core";
import type { FastifyError } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { z } from "zod";
import { QueueFullError } from "../batching/queue-full-error.ts";
import { ApiError, timeLimit } from "./api-error.ts";

/** The body of an error in OpenAI's shape. */
interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

const errorBody: z.ZodType<ErrorBody> = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable().describe("The field that is to blame."),
    code: z.string().nullable(),
  }),
});

/** For the description of a route. */
export const refusals: Readonly<Record<"4xx" | "5xx", z.ZodType<ErrorBody>>> = {
  "4xx": errorBody.describe("The request is refused: the message says why, and what to do."),
  "5xx": errorBody.describe("The server is stopping, out of time, or failed."),
};

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ErrorBody;
}

/** What a client is told of an error: never more than a sentence that was written for it. */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof ApiError) {
    // OpenAI's clients would else repeat what took too long the first time.
    const headers: Record<string, string> = error.code === timeLimit ? { "x-should-retry": "false" } : {};
    return { ...answer(error.status, error.message, error), headers };
  }
  if (error instanceof QueueFullError) {
    const headers = { "retry-after": String(error.retryAfter) };
    return { ...answer(429, error.message, { code: "queue_full" }), headers };
  }
  if (hasZodFastifySchemaValidationErrors(error)) return answer(400, ...describeIssue(error.validation[0]!));
  if (isSdttError(error) && error.code === "usage") return answer(400, error.message);
  if (isSdttError(error) && error.code === "unavailable") {
    return answer(503, error.message, { code: "stopping" });
  }
  // The model is broken, and will be for the next request too.
  if (isSdttError(error) && error.code === "numeric") return answer(500, error.message, { code: "numeric" });
  // What fastify refuses itself: no JSON, too large, a wrong content type, a malformed address.
  const { statusCode = 500, code = "", message } = error as Partial<FastifyError>;
  if (statusCode >= 400 && statusCode < 500) {
    const sentence = sentences.get(code) ?? message ?? "The request is malformed.";
    return answer(statusCode, sentence, code ? { code } : {});
  }
  return answer(500, "The server failed at this request.");
}

/** What to do about what fastify refuses, by its codes. */
const sentences = new Map([
  [
    "FST_ERR_CTP_BODY_TOO_LARGE",
    "The body is larger than this server takes: send fewer or shorter prompts in a request.",
  ],
  [
    "FST_ERR_CTP_INVALID_MEDIA_TYPE",
    "Send the body as JSON, with the header Content-Type: application/json.",
  ],
  ["FST_ERR_CTP_INVALID_JSON_BODY", "The body is not valid JSON: check its quotes, commas and brackets."],
  ["FST_ERR_CTP_EMPTY_JSON_BODY", "The body is empty: send a JSON object."],
]);

type Details = { readonly param?: string | undefined; readonly code?: string | undefined };

function answer(status: number, message: string, { param, code }: Details = {}): ErrorAnswer {
  const body = { error: { message, type: typeOf(status), param: param ?? null, code: code ?? null } };
  return { status, headers: {}, body };
}

/** OpenAI's names. */
function typeOf(status: number): string {
  if (status === 401) return "authentication_error";
  if (status === 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}

interface Issue {
  readonly instancePath: string;
  readonly message?: string;
  readonly params: { readonly keys?: unknown };
}

/** Names the field: `/stop/0` is `stop.0`; of fields that are not known, the first. */
function describeIssue({ instancePath, message = "is not valid", params }: Issue): [string, Details] {
  const path = instancePath.split("/").slice(1).join(".");
  const [unknown] = (params.keys as readonly string[] | undefined) ?? [];
  if (unknown !== undefined) {
    const name = [path, unknown].filter(Boolean).join(".").slice(0, 100);
    return [`Unknown field: ${name}.`, { param: name, code: "unknown_field" }];
  }
  return path === ""
    ? [`The body must be a JSON object: ${message}.`, {}]
    : [`${path}: ${message}`, { param: path }];
}
