import { createHash } from "node:crypto";
import { SdttError } from "@sdtt/core";
import { expectDenoiser } from "@sdtt/hub";
import type { Checkpoint, WeightSet } from "@sdtt/hub";
import type { DenoiserDescription } from "@sdtt/models";
import { revealOrders, samplers } from "@sdtt/scheduler";
import { seedOf, withSamplingDefaults } from "sdtt";
import type { TextSampleOptions } from "sdtt";
import { z } from "zod";
import type { CliContext } from "../context.ts";
import { deviceNames, dtypeNames } from "../engine-options.ts";
import type { Device } from "../engine-options.ts";
import { examineModel } from "../evaluation/examine-model.ts";
import type { ExaminedModel } from "../evaluation/examine-model.ts";
import type { CheckpointFlags, ModelFlags } from "../model-options.ts";

/** Tokens of a text that are asked of a worker. */
const mostTokens = 2 ** 24;

/** All that decides the texts of a seed but their number. What a machine would settle for itself is settled here. */
export interface TextRequest {
  readonly model: string;
  /** Of weights and vocabulary: `modelDigest`. */
  readonly digest: string;
  readonly weights?: WeightSet | undefined;
  readonly dtype?: ModelFlags["dtype"];
  /** Where it is computed; any place for `auto`. */
  readonly device: Device;
  /** Whether the lines tell what it took to write the texts, for a measurement. */
  readonly effort?: boolean | undefined;
  readonly sampling: RequestedSampling;
}

/** What a run says of sampling. Which texts of the seed are written is each job's; templates and projections are not sent. */
type RequestedSampling = Omit<
  TextSampleOptions,
  "samples" | "sequenceOffset" | "seed" | "prompt" | "template" | "project" | "signal"
> & { readonly seed: number; readonly prompt?: string | undefined };

/** A schema for each field: one that is forgotten would be lost on the way, and the texts be others. */
type Shape<T> = { readonly [K in keyof T]-?: z.ZodType<T[K]> };

const samplingShape: Shape<RequestedSampling> = {
  seed: z.number().int().nonnegative(),
  prompt: z
    .string()
    .max(2 ** 20)
    .optional(),
  steps: z.number().int().positive().optional(),
  length: z.number().int().positive().max(mostTokens).optional(),
  temperature: z.number().nonnegative().optional(),
  topP: z.number().positive().max(1).optional(),
  topK: z.number().int().positive().optional(),
  nucleus: z.enum(["reach", "within"]).optional(),
  sampler: z.enum([...samplers, "euler"]).optional(),
  gamma: z.number().nonnegative().optional(),
  threshold: z.number().positive().max(1).optional(),
  factor: z.number().nonnegative().optional(),
  eta: z.number().nonnegative().max(1).optional(),
  kappa: z.number().nonnegative().max(1).optional(),
  finalPass: z.boolean().optional(),
  blocks: z.number().int().positive().optional(),
  correctorSteps: z.number().int().nonnegative().max(65_536).optional(),
  guidance: z.number().nonnegative().optional(),
  order: z.enum(revealOrders).optional(),
  precision: z.enum(["exact", "gumbel32"]).optional(),
  addBos: z.boolean().optional(),
  addEos: z.boolean().optional(),
  ignoreEos: z.boolean().optional(),
};

/** As it comes from Redis. */
export const textRequestSchema: z.ZodType<TextRequest> = z.object({
  model: z.string().max(4096),
  digest: z.string().length(64),
  weights: z.enum(["ema", "raw"]).optional(),
  dtype: z.enum(dtypeNames).optional(),
  device: z.enum(deviceNames),
  effort: z.boolean().optional(),
  sampling: z.object(samplingShape),
});

/**
 * Reads the diffusion model that texts are asked of.
 *
 * @throws SdttError `usage` for an autoregressive model; what opening a checkpoint throws.
 */
export async function examineWriter(flags: ModelFlags, context: CliContext): Promise<ExaminedWriter> {
  return examineModel(flags.model, flags, context, expectDiffusion);
}

export type ExaminedWriter = ExaminedModel<DenoiserDescription>;

/** What texts are asked for; how many is said of each job. */
export type AskedTexts = Omit<TextSampleOptions, "sequenceOffset" | "template" | "project" | "signal">;

/** The request for texts of a model that was examined. */
export function planTextRequest(model: ExaminedWriter, flags: ModelFlags, asked: AskedTexts): TextRequest {
  const { samples: _, ...sampling } = asked;
  // Settled here, because the model's copy on another machine may recommend something else. SEDD takes neither.
  const defaults =
    model.description.family === "sedd"
      ? {}
      : {
          temperature: 1,
          topP: 1,
          order: "random" as const,
          addBos: false,
          correctorSteps: 0,
          ...model.checkpoint.samplingDefaults,
        };
  const request = {
    model: flags.model,
    digest: modelDigest(model),
    weights: flags.weights,
    dtype: flags.dtype,
    device: flags.device,
    sampling: {
      ...withSamplingDefaults(sampling, defaults),
      // JSON has no Infinity; nothing is beyond the greatest number either.
      gamma: finite(sampling.gamma),
      factor: finite(sampling.factor),
      seed: seedOf(sampling),
    },
  };
  // Other flags are not for a worker, and what is undefined is not part of the run's name.
  return textRequestSchema.parse(JSON.parse(JSON.stringify(request)));
}

function finite(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.min(value, Number.MAX_VALUE);
}

/** The name of a run: the same for the same texts. */
export function runId(request: TextRequest, version: string): string {
  return createHash("sha256")
    .update(JSON.stringify([version, request]))
    .digest("hex")
    .slice(0, 32);
}

/** SHA-256 of a model's sizes, weights and vocabulary, in hexadecimal. */
function modelDigest({ digest, tokenizer }: ExaminedModel): string {
  const hash = createHash("sha256").update(digest);
  for (let id = 0; id < tokenizer.vocabSize; id++) hash.update(tokenizer.tokenBytes(id)).update("\n");
  return hash.digest("hex");
}

/**
 * Checks that a worker has the very model that a run was made with.
 *
 * @throws SdttError `checkpoint` if it is another; what opening a checkpoint throws.
 */
export async function expectSameModel(
  { model: name, digest, weights }: TextRequest,
  flags: CheckpointFlags,
  context: CliContext,
): Promise<void> {
  const found = await examineModel(name, { ...flags, ...(weights && { weights }) }, context, expectDiffusion);
  if (modelDigest(found) === digest) return;
  throw new SdttError(
    "checkpoint",
    `the model ${name} on this machine has other weights or another vocabulary than the run's: copy the run's model there`,
  );
}

function expectDiffusion(checkpoint: Checkpoint, name: string) {
  try {
    return expectDenoiser(checkpoint, name);
  } catch (cause) {
    throw new SdttError(
      "usage",
      `${name} is an autoregressive model: --out and --queue are for diffusion models, whose texts are numbered. Use --json.`,
      { cause },
    );
  }
}
