import { randomInt } from "node:crypto";
import { z } from "zod";
import { greedySetting } from "../batching/draw-setting.ts";
import type { DrawSetting } from "../batching/draw-setting.ts";
import type { Limits } from "../limits.ts";

/** The fields on how to draw that all requests share. */
export interface SamplingFields {
  readonly model?: string | undefined;
  readonly seed?: number | null | undefined;
  readonly steps?: number | null | undefined;
  readonly temperature?: number | null | undefined;
  readonly top_p?: number | null | undefined;
  readonly top_k?: number | null | undefined;
}

type Shape<T> = { readonly [K in keyof T]-?: z.ZodType<T[K]> };

export function samplingShape({ steps }: Limits): Shape<SamplingFields> {
  return {
    model: z.string().max(256).optional().describe("One of GET /v1/models; the first unless given."),
    seed: z
      .int()
      .min(0)
      .nullish()
      .describe("The same seed writes the same text, whoever shares its batch. Random unless given."),
    steps: z.int().min(1).max(steps).nullish().describe("Steps of the diffusion; 32 unless given."),
    temperature: z
      .number()
      .min(0)
      .max(2)
      .nullish()
      .describe("Divides the logits; 0 takes the likeliest token."),
    top_p: z.number().min(0).max(1).nullish().describe("Keeps the likeliest tokens up to this probability."),
    top_k: z.int().min(1).nullish().describe("Keeps this many of the likeliest tokens."),
  };
}

/** Below this the coldest law of float32 logits is no different from the likeliest token. */
const coldest = 1e-3;

export function drawSetting({ temperature, top_p: topP, top_k: topK }: SamplingFields): DrawSetting {
  if ((temperature ?? 1) < coldest || topP === 0) return greedySetting;
  return { temperature: temperature ?? undefined, topP: topP ?? undefined, topK: topK ?? undefined };
}

export const defaultSteps = 32;

/** A seed for who gave none. */
export function randomSeed(): number {
  return randomInt(2 ** 48 - 1);
}
