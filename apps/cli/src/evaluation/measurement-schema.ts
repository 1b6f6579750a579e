import { revealOrders } from "@sdtt/scheduler";
import { z } from "zod";
import type { Measurement } from "./measure-texts.ts";

/** JSON has no NaN: the standard error of a single text is null. */
const numberOrNaN = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

/** A measurement as a results file holds it. */
export const measurementSchema: z.ZodType<Measurement> = z.object({
  row: z.object({
    kind: z.enum(["diffusion", "autoregressive", "baseline"]),
    steps: z.int().nonnegative(),
    precision: z.enum(["exact", "gumbel32"]),
    temperature: z.number().positive(),
    order: z.enum(revealOrders).optional(),
    passes: z.int().nonnegative(),
    secondsPerText: z.number(),
    perplexity: z.number(),
    nats: z.number(),
    standardError: numberOrNaN,
    unigramEntropy: z.number(),
    textNats: z.array(z.number()),
    textEntropies: z.array(z.number()),
    distinct: z.array(z.number()),
    measures: z.record(z.string(), numberOrNaN),
  }),
  protocols: z.record(z.string(), z.string()),
  texts: z.array(z.string()),
});
