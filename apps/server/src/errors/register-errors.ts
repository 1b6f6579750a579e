import type { FastifyInstance } from "fastify";
import { errorAnswer } from "./error-answer.ts";
import { ApiError } from "./api-error.ts";

/** Answers every failure in OpenAI's shape, and logs those that are the server's own. */
export function registerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const { status, headers, body } = errorAnswer(error);
    if (status === 500) request.log.error(error);
    void reply.code(status).headers(headers).send(body);
  });
  app.setNotFoundHandler((request) => {
    throw new ApiError(404, `There is no ${request.method} ${request.url.slice(0, 100)}.`, {
      code: "unknown_url",
    });
  });
}
