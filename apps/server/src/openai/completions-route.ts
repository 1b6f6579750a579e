import type { FastifyInstance } from "fastify";
import { refusals } from "../errors/error-answer.ts";
import type { ServerContext } from "../server-context.ts";
import { startDeadline } from "../texts/deadline.ts";
import { streamEvents } from "../texts/event-writer.ts";
import { findModel } from "../texts/find-model.ts";
import { seedHeader } from "../texts/seed-header.ts";
import { answerHead, completionAnswer, completionChunk } from "./completion-answer.ts";
import { completionRequest } from "./completion-request.ts";
import type { CompletionRequest } from "./completion-request.ts";
import { planCompletion } from "./plan-completion.ts";
import { collectCompletion, writeCompletion } from "./write-completion.ts";

/** OpenAI's completions: https://platform.openai.com/docs/api-reference/completions */
export function registerCompletions(app: FastifyInstance, context: ServerContext): void {
  const schema = {
    summary: "Writes completions of prompts, or what fits between a prompt and a suffix",
    tags: ["Texts"],
    body: completionRequest(context.limits),
    response: {
      200: {
        description: "The completions; with stream, pieces of them as server-sent events, [DONE] at the end",
        content: {
          "application/json": { schema: completionAnswer },
          "text/event-stream": { schema: completionChunk },
        },
      },
      ...refusals,
    },
  };
  app.post<{ Body: CompletionRequest }>(
    "/v1/completions",
    { schema, sse: "manual" },
    async (request, reply) => {
      const { body } = request;
      const served = findModel(context, body.model);
      const plan = planCompletion(body, {
        model: served.model,
        maxLength: served.maxLength,
        maxTexts: context.limits.texts,
      });
      using deadline = startDeadline(reply, context);
      reply.header(seedHeader, plan.seed);
      const head = answerHead(served.id, plan.seed);
      const pieces = writeCompletion(served, plan, deadline.signal);
      if (!body.stream) return { ...head, ...(await collectCompletion(pieces)) };

      const includeUsage = body.stream_options?.include_usage ?? false;
      await streamEvents(reply, deadline.signal, async (send) => {
        for await (const piece of pieces) {
          // With the usage asked for, every piece has one: null but for the last, which has no choices.
          if (includeUsage) await send({ data: { ...head, usage: null, ...piece } });
          else if (piece.choices.length > 0) await send({ data: { ...head, ...piece } });
        }
        await send({ data: "[DONE]" });
      });
      return undefined;
    },
  );
}
