import { z } from "zod";

/** What was measured on one set. */
export interface ZeroShotRow {
  readonly set: string;
  readonly bound: boolean;
  readonly perplexity: number;
  readonly nats: number;
  /** JSON has no NaN: of a single text it is null. */
  readonly standardError: number | null;
  /** That were scored. */
  readonly tokens: number;
  readonly texts: number;
  /** Blocks of the whole set. */
  readonly blockCount: number;
}

/** A row as a results file holds it. */
export const zeroShotRowSchema: z.ZodType<ZeroShotRow> = z.object({
  set: z.string(),
  bound: z.boolean(),
  perplexity: z.number(),
  nats: z.number(),
  standardError: z.number().nullable(),
  tokens: z.int(),
  texts: z.int(),
  blockCount: z.int(),
});
