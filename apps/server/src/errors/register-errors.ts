import type { FastifyInstance } from "fastify";
import { errorAnswer } from "./error-answer.ts";
import { notFound } from "./not-found.ts";

/** Answers every failure in OpenAI's shape, and keeps those that are the server's own for the log. */
export function registerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const { status, headers, body } = errorAnswer(error);
    if (status === 500) request.failure = error;
    void reply.code(status).headers(headers).send(body);
  });
  app.setNotFoundHandler((request) => {
    throw notFound(app, request.method, request.url);
  });
}
