import { randomInt } from "node:crypto";
import { revealOrders, samplers, takesSteps } from "@sdtt/scheduler";
import type { RevealOptions, RevealOrder, Sampler } from "@sdtt/scheduler";
import { z } from "zod";
import { recommendedCorrectorSteps, recommendedOrder } from "sdtt";
import type { LanguageModel } from "sdtt";
import { greedySetting } from "../batching/draw-setting.ts";
import type { DrawSetting } from "../batching/draw-setting.ts";
import type { Limits } from "../limits.ts";

/** The fields on how to draw that all requests share. */
export interface SamplingFields {
  readonly model?: string | null | undefined;
  readonly seed?: number | null | undefined;
  readonly steps?: number | null | undefined;
  readonly sampler?: Sampler | null | undefined;
  readonly gamma?: number | null | undefined;
  readonly threshold?: number | null | undefined;
  readonly factor?: number | null | undefined;
  readonly eta?: number | null | undefined;
  readonly kappa?: number | null | undefined;
  readonly final_pass?: boolean | null | undefined;
  readonly order?: RevealOrder | null | undefined;
  readonly blocks?: number | null | undefined;
  readonly corrector_steps?: number | null | undefined;
  readonly guidance?: number | null | undefined;
  readonly temperature?: number | null | undefined;
  readonly top_p?: number | null | undefined;
  readonly nucleus?: "reach" | "within" | null | undefined;
  readonly top_k?: number | null | undefined;
  readonly add_bos?: boolean | null | undefined;
  readonly ignore_eos?: boolean | null | undefined;
}

type Shape<T> = { readonly [K in keyof T]-?: z.ZodType<T[K]> };

export function samplingShape({ steps }: Limits): Shape<SamplingFields> {
  return {
    model: z.string().max(256).nullish().describe("One of GET /v1/models; the first unless given."),
    seed: wholeNumber
      .min(-(2 ** 64))
      .max(2 ** 64)
      .nullish()
      .transform(readSeed)
      .describe(
        "The same seed writes the same text, whoever shares its batch. Unless given, or for -1: 0 where the likeliest tokens are taken, else random. Of a number outside [0, 2^53), the lowest 53 bits count.",
      ),
    steps: z
      .int()
      .min(1)
      .max(steps)
      .nullish()

      .describe(
        "Steps of the diffusion, for the samplers ancestral and analytic and those that mask again, which take at least 3 (remdm-loop 4); 32 unless given.",
      ),
    sampler: z
      .enum(samplers)
      .nullish()
      .describe(
        "How masks turn into tokens; ancestral unless given. remdm-... and psi mask some of what they wrote again, so that it can be corrected. first-hitting, entropy-bounded and confidence-... take as many passes as they need, at most one for each token to write.",
      ),
    gamma: z
      .number()
      .min(0)
      .nullish()
      .describe(
        "Of the sampler entropy-bounded: the entropy in nats that a pass reveals beside its greatest stays below it, and 0 reveals one token a pass; 0.1 unless given.",
      ),
    threshold: z
      .number()
      .gt(0)
      .max(1)
      .nullish()
      .describe(
        "Of the sampler confidence-threshold: the probability from which a token stands; 0.9 unless given.",
      ),
    factor: z
      .number()
      .min(0)
      .nullish()
      .describe(
        "Of the sampler confidence-factor: greater values reveal more tokens a pass; 1 unless given.",
      ),
    eta: z
      .number()
      .min(0)
      .max(1)
      .nullish()
      .describe(
        "Of the samplers remdm-cap and remdm-loop: the probability that a step masks a written token again; of remdm-rescale: the part of the greatest that the step allows; 0.02 unless given.",
      ),
    kappa: z
      .number()
      .min(0)
      .max(1)
      .nullish()
      .describe("Of the sampler psi: smaller values mask more again, 1 none; 0.98 unless given."),
    final_pass: z
      .boolean()
      .nullish()
      .describe(
        "Of samplers with steps: whether what the last leaves masked takes its likeliest token in one more pass, or the last step draws it; true unless given.",
      ),
    order: z
      .enum(revealOrders)
      .nullish()
      .describe(
        "Of the samplers ancestral, analytic and first-hitting: which masks are filled first. spread fills neighbours in different steps, which reads better in few of them; confidence the likeliest draws. What the model recommends unless given, else random.",
      ),
    blocks: z
      .int()
      .min(1)
      .nullish()
      .describe(
        "Writes the text in so many blocks from left to right, which share the steps; 1 unless given.",
      ),
    corrector_steps: z
      .int()
      .min(0)
      .max(steps)
      .nullish()
      .describe(
        "Further steps that correct the text: each masks a fourth of it, no two neighbours, and draws it again given the rest. With the samplers ancestral and analytic what the model recommends unless given, at most half of the steps, else none.",
      ),
    guidance: z
      .number()
      .min(0)
      .max(100)
      .nullish()
      .describe(
        "Classifier-free guidance: how far the text goes beyond what its given words do to the model's distribution. Each step then takes two passes. None unless given.",
      ),
    temperature: z
      .number()
      .min(0)
      .max(2)
      .nullish()
      .describe(
        "Divides the logits; 0 takes the likeliest token. What the model recommends unless given, else 1.",
      ),
    top_p: z
      .number()
      .min(0)
      .max(1)
      .nullish()
      .describe(
        "Keeps the likeliest tokens up to this probability. What the model recommends unless given, else 1.",
      ),
    nucleus: z
      .enum(["reach", "within"])
      .nullish()
      .describe(
        "What top_p keeps: the fewest tokens that reach it, unless given, or those within it, as in ReMDM's code.",
      ),
    top_k: z
      .int()
      .min(-1)
      .nullish()
      .transform((count) => (count === 0 || count === -1 ? null : count))
      .describe("Keeps this many of the likeliest tokens; all unless given, and for 0 and -1."),
    add_bos: z
      .boolean()
      .nullish()
      .describe(
        "Whether the end-of-text token comes first, as in training texts; it counts toward the length. Unless given: where a prompt or template begins the text, if the model was trained so, else if it recommends it.",
      ),
    ignore_eos: z
      .boolean()
      .nullish()
      .describe("Whether the text continues after an end of text; an empty line then parts the two."),
  };
}

/** As `z.int()`, which takes none beyond 2^53. */
const wholeNumber = z.number().refine(Number.isInteger, "must be a whole number");

/** Seeds of other servers have 64 bits, and -1 is their word for a random one. */
function readSeed(seed: number | null | undefined): number | null | undefined {
  if (seed == null || seed === -1) return null;
  return Number(BigInt.asUintN(53, BigInt(seed)));
}

/** Below this the coldest distribution of float32 logits is no different from the likeliest token. */
const coldest = 1e-3;

/** How to draw for a request: as it says, else as the model recommends. */
export function drawSetting(fields: SamplingFields, { samplingDefaults }: Recommending): DrawSetting {
  const temperature = fields.temperature ?? samplingDefaults.temperature;
  const topP = fields.top_p ?? samplingDefaults.topP;
  const guidance = fields.guidance ?? undefined;
  if ((temperature ?? 1) < coldest || topP === 0) return { ...greedySetting, guidance };
  const nucleus = fields.nucleus ?? undefined;
  return { temperature, topP, nucleus, topK: fields.top_k ?? undefined, guidance };
}

type Recommending = Pick<LanguageModel, "samplingDefaults">;

const defaultSteps = 32;

/** How a request is revealed; whether its fields go together, the scheduler says. */
export function revealOptions(fields: SamplingFields, { samplingDefaults }: Recommending): RevealOptions {
  const sampler = fields.sampler ?? "ancestral";
  const finalPass = fields.final_pass ?? undefined;
  const steps = fields.steps ?? (takesSteps(sampler) ? defaultSteps : undefined);
  return {
    sampler,
    steps,
    gamma: fields.gamma ?? undefined,
    threshold: fields.threshold ?? undefined,
    factor: fields.factor ?? undefined,
    eta: fields.eta ?? undefined,
    kappa: fields.kappa ?? undefined,
    finalPass,
    correctorSteps:
      fields.corrector_steps ?? recommendedCorrectorSteps({ sampler, finalPass, steps }, samplingDefaults),
    order: fields.order ?? recommendedOrder(sampler, samplingDefaults),
    blocks: fields.blocks ?? undefined,
  };
}

/** The seed of a request: of who gave none, one for all that take the likeliest tokens, else a random one. */
export function seedOf(fields: SamplingFields, model: Recommending): number {
  return fields.seed ?? (drawSetting(fields, model).topK === 1 ? 0 : randomInt(2 ** 48 - 1));
}
