import type { FastifyInstance } from "fastify";
import { revealOrders } from "@sdtt/scheduler";
import { z } from "zod";
import { refusals } from "../errors/error-answer.ts";
import type { ServerContext } from "../server-context.ts";
import { findModel } from "../texts/find-model.ts";

const modelAnswer = z.object({
  id: z.string(),
  object: z.literal("model"),
  created: z.int().describe("Seconds since 1970 at which the server started."),
  owned_by: z.string(),
  // Beyond OpenAI's: what a page needs to know.
  parameters: z.int(),
  trained_length: z.int().describe("Tokens of the texts it was trained on."),
  max_length: z.int().describe("Tokens of a text at most."),
  max_steps: z.int().describe("Steps of a text at most."),
  temperature: z.number().describe("What it draws with unless a request says."),
  top_p: z.number().describe("What it draws with unless a request says."),
  order: z.enum(revealOrders).describe("Which masks it fills first unless a request says."),
  corrector_steps: z
    .int()
    .describe("Steps that correct a text after those that write it, unless a request says."),
  add_bos: z
    .boolean()
    .describe(
      "Whether a text of /v1/denoise without a prompt begins with the end-of-text token unless a request says.",
    ),
});
const modelsAnswer = z.object({ object: z.literal("list"), data: z.array(modelAnswer) });

/** OpenAI's list of models: https://platform.openai.com/docs/api-reference/models */
export function registerModels(app: FastifyInstance, context: ServerContext): void {
  const describe = (id: string): z.infer<typeof modelAnswer> => {
    const { model, maxLength } = findModel(context, id);
    const { parameterCount, description, samplingDefaults } = model;
    return {
      id,
      object: "model",
      created: context.started,
      owned_by: "sdtt",
      parameters: parameterCount,
      trained_length: description.config.length,
      max_length: maxLength,
      max_steps: context.limits.steps,
      temperature: samplingDefaults.temperature ?? 1,
      top_p: samplingDefaults.topP ?? 1,
      order: samplingDefaults.order ?? "random",
      corrector_steps: samplingDefaults.correctorSteps ?? 0,
      add_bos: samplingDefaults.addBos ?? false,
    };
  };
  const tags = ["Models"];
  const list = {
    summary: "Lists the models that are served",
    tags,
    response: { 200: modelsAnswer.describe("The models."), ...refusals },
  };
  app.get("/v1/models", { schema: list }, () => ({
    object: "list",
    data: Array.from(context.models.keys(), describe),
  }));
  const one = {
    summary: "Describes a model",
    tags,
    response: { 200: modelAnswer.describe("The model."), ...refusals },
  };
  app.get<{ Params: { model: string } }>("/v1/models/:model", { schema: one }, ({ params }) =>
    describe(params.model),
  );
}
