import { isSdttError } from "@sdtt/core";
import { distillationMethods, openCheckpointContents } from "@sdtt/hub";
import type { ModelOrigin, WeightSet } from "@sdtt/hub";
import { basename, resolve } from "node:path";
import { z } from "zod";
import type { ConvertOptions } from "./convert-options.ts";

/** How a checkpoint came to be. It travels as `provenance` in its `config.json`, and becomes the model card. */
export interface Provenance {
  readonly origin: ModelOrigin;
  /** Which of the weights of a training run these are. */
  readonly weights: WeightSet;
  /** The settings of the run that made it, in the order in which to show them. */
  readonly settings?: Readonly<Record<string, string | number | boolean>> | undefined;
}

const provenance = z.object({
  provenance: z.object({
    origin: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("trained"), data: z.string() }),
      z.object({
        kind: z.literal("distilled"),
        teacher: z.string(),
        data: z.string(),
        method: z.enum(distillationMethods).optional(),
      }),
      z.object({ kind: z.literal("converted"), source: z.string() }),
    ]),
    weights: z.enum(["raw", "ema"]),
    settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  }),
});

/** The provenance that the config of a checkpoint states. Configs of other makers state none. */
export async function readProvenance(path: string): Promise<Provenance | undefined> {
  await using contents = await openCheckpointContents({ path });
  return provenance.safeParse(contents.config).data?.provenance;
}

/** The provenance of what is made of a checkpoint that opens: its own, or that it was converted. */
export async function provenanceOfConversion(options: ConvertOptions): Promise<Provenance> {
  // Where it lies on this machine is nobody else's business.
  const { path, source = basename(resolve(path)), weightSet } = options;
  const stated = await readProvenance(path);
  if (stated) return stated;
  return { origin: { kind: "converted", source }, weights: weightSet ?? (await defaultWeightSet(path)) };
}

/** Which weights are opened if nobody says: the EMA, unless there is none. */
async function defaultWeightSet(path: string): Promise<WeightSet> {
  try {
    await using _ = await openCheckpointContents({ path, weightSet: "ema" });
    return "ema";
  } catch (error) {
    if (isSdttError(error)) return "raw";
    throw error;
  }
}
