import type { FastifyInstance } from "fastify";
import type { ServerContext } from "../server-context.ts";
import { findModel } from "../texts/find-model.ts";

/** OpenAI's list of models: https://platform.openai.com/docs/api-reference/models */
export function registerModels(app: FastifyInstance, context: ServerContext): void {
  const describe = (id: string) => {
    const { model, maxLength } = findModel(context, id);
    const { parameterCount, description } = model;
    return {
      id,
      object: "model",
      created: context.started,
      owned_by: "sdtt",
      // Beyond OpenAI's: what a page needs to know.
      parameters: parameterCount,
      trained_length: description.config.length,
      max_length: maxLength,
      max_steps: context.limits.steps,
    };
  };
  app.get("/v1/models", { schema: { summary: "Lists the models that are served" } }, () => ({
    object: "list",
    data: Array.from(context.models.keys(), describe),
  }));
  app.get<{ Params: { model: string } }>(
    "/v1/models/:model",
    { schema: { summary: "Describes a model" } },
    ({ params }) => describe(params.model),
  );
}
