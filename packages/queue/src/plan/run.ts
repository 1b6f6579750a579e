import { z } from "zod";
import type { TextRange } from "./ranges.ts";

/** What workers are told of a run. */
export interface Run {
  /** Follows from all that decides the texts but their number, so that the same command finds its run again. */
  readonly id: string;
  /** Of the software: only the same version is sure to write the same text. */
  readonly version: string;
  /** What is to be written, for whoever writes it. JSON. */
  readonly request: unknown;
}

/** As it stands in Redis, from where anything may come. */
export const runSchema: z.ZodType<Run> = z.object({
  id: z.string().regex(/^[0-9a-f]{8,64}$/),
  version: z.string().max(100),
  request: z.unknown(),
});

/** What a job asks for. */
export const rangeSchema: z.ZodType<TextRange> = z.object({
  first: z.number().int().nonnegative(),
  count: z.number().int().positive().max(1_000_000),
});

/** What comes of a job: a line for each text, or why the request itself cannot be met, by any worker. */
export type JobResult = { readonly lines: readonly string[] } | { readonly refused: string };

export const resultSchema: z.ZodType<JobResult> = z.union([
  z.object({ lines: z.array(z.string()) }),
  z.object({ refused: z.string() }),
]);

/** Times that a job is tried before it is set aside: as often as it fails, or as its worker is lost. */
export const tries = { failures: 3, losses: 10 } as const;
