import { z } from "zod";
import { SdttError } from "@sdtt/core";

/** How texts are drawn from a model where its user does not say: what its makers found to read best. */
export interface SamplingDefaults {
  /** Divides the logits. Above 0. */
  readonly temperature?: number | undefined;
  /** Keeps the likeliest tokens up to this probability, in (0, 1]. */
  readonly topP?: number | undefined;
  /** Which masks are filled first, of samplers that take an order. */
  readonly order?: (typeof orders)[number] | undefined;
  /** Whether a text without a prompt begins with the end-of-text token too, as training texts do. */
  readonly addBos?: boolean | undefined;
  /** Steps that correct a text after those that write it, of the samplers that walk the chain as it is. */
  readonly correctorSteps?: number | undefined;
}

/** The orders of @sdtt/scheduler, which this package does not depend on. */
const orders = ["random", "spread", "confidence"] as const;

/** The fields of Transformers' generation config that a diffusion sampler has defaults for, and some of our own; null means none. */
const generationConfig = z.looseObject({
  do_sample: z.boolean().nullish(),
  temperature: z.number().positive().max(100).nullish(),
  top_p: z.number().positive().max(1).nullish(),
  order: z.enum(orders).nullish(),
  add_bos: z.boolean().nullish(),
  corrector_steps: z.int().min(0).max(65_536).nullish(),
});

/**
 * Reads a `generation_config.json` in the layout of Transformers. Its other fields are for other ways of writing; one that
 * says `do_sample: false` has none for draws.
 *
 * @throws SdttError `format` for a value out of range.
 */
export function readSamplingDefaults(content: unknown, path: string): SamplingDefaults {
  const { success, data, error } = generationConfig.safeParse(content);
  if (!success) {
    const [issue] = error.issues;
    const field = issue!.path.join(".") || "the file";
    throw new SdttError(
      "format",
      `${path}: ${field} is not valid: ${issue!.message}. Correct it, or delete the file to draw at temperature 1.`,
    );
  }
  if (data.do_sample === false) return {};
  const { temperature, top_p: topP, order, add_bos: addBos, corrector_steps: correctorSteps } = data;
  return {
    ...(temperature == null ? {} : { temperature }),
    ...(topP == null ? {} : { topP }),
    ...(order == null ? {} : { order }),
    ...(addBos == null ? {} : { addBos }),
    ...(correctorSteps == null ? {} : { correctorSteps }),
  };
}

/** The same as a `generation_config.json`; undefined if there are none. */
export function generationConfigOf({
  temperature,
  topP,
  order,
  addBos,
  correctorSteps,
}: SamplingDefaults): Record<string, unknown> | undefined {
  const fields = { temperature, top_p: topP, order, add_bos: addBos, corrector_steps: correctorSteps };
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : { do_sample: true, ...Object.fromEntries(given) };
}
