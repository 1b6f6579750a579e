import { z } from "zod";

const token = z.object({
  position: z.int(),
  id: z.int(),
  text: z
    .string()
    .describe(
      "What the token makes certain: a character of several tokens is told once, by the last of them to come; an end of text is an empty line, or nothing where the text begins.",
    ),
  end_of_text: z.literal(true).optional(),
});

/** The data of each event, by its name. A failure after the first event is an event `error` with OpenAI's body. */
export const denoiseEvents: z.ZodType = z.object({
  start: z.object({
    model: z.string(),
    seed: z.int(),
    steps: z.int().describe("Of samplers that take as many passes as they need: at most."),
    length: z.int(),
    given: z.array(token),
  }),
  step: z
    .object({
      step: z.int().describe("From 1; steps + 1 for the pass over what is left after the last."),
      steps: z.int(),
      revealed: z.array(
        token.extend({
          probability: z.number().describe("The model's at temperature 1 when the token was drawn."),
        }),
      ),
      masked: z
        .array(z.int())
        .optional()
        .describe(
          "Positions that a sampler masked again since the event before, ahead of what this one reveals.",
        ),
      retold: z
        .array(token)
        .optional()
        .describe(
          "With samplers that mask again: tokens that stay but read differently, since a character of theirs came or went.",
        ),
    })
    .describe("A step that reveals nothing has no event."),
  done: z.object({
    text: z.string().describe("The text up to its end."),
    tokens: z.array(z.int()).describe("All of them."),
    passes: z.int().describe("Of the network; each step with guidance takes two."),
  }),
});
