import type { Template } from "sdtt";
import { z } from "zod";
import type { Limits } from "../limits.ts";
import { samplingShape } from "../texts/sampling-fields.ts";
import type { SamplingFields } from "../texts/sampling-fields.ts";

export interface DenoiseRequest extends SamplingFields {
  readonly template?: string | Template | null | undefined;
  readonly prompt?: string | null | undefined;
  readonly length?: number | null | undefined;
}

export function denoiseRequest(limits: Limits): z.ZodType<DenoiseRequest> {
  const gap = z.strictObject({ mask: z.int().min(1) });
  return z.strictObject({
    ...samplingShape(limits),
    template: z
      .union([z.string(), z.array(z.union([z.string(), gap])).min(1)], {
        error:
          'must be a text with gaps such as "The <mask:4> sat.", or an array of texts and { "mask": count }',
      })
      .nullish()
      .describe(
        'A text with gaps: "Lily saw a <mask:2> and it was <mask:3>.", or ["Lily saw a ", { "mask": 2 }, "."].',
      ),
    prompt: z.string().nullish().describe("What the text begins with, instead of a template."),
    length: z
      .int()
      .min(1)
      .nullish()
      .describe(
        "Tokens of the text; those after prompt or template are written. The template's, or what the model was trained on, unless given.",
      ),
  });
}
