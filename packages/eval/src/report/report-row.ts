import type { Precision } from "@sdtt/scheduler";

/** What was measured of texts that one model wrote in one way. */
export interface ReportRow {
  /** What the report calls the model. */
  readonly label: string;
  readonly kind: "diffusion" | "autoregressive";
  /** Steps of the diffusion; tokens written one after another for an autoregressive model. */
  readonly steps: number;
  readonly precision: Precision;
  /** Forward passes (NFE). */
  readonly passes: number;
  /** Wall clock of the whole batch by the number of its texts. */
  readonly secondsPerText: number;
  /** Generative perplexity, exp of `nats`. */
  readonly perplexity: number;
  /** Per token, under the judge. */
  readonly nats: number;
  /** Of `nats`, over texts. NaN for one text. */
  readonly standardError: number;
  /** In nats. */
  readonly unigramEntropy: number;
  /** Distinct-1, -2 and -3, as far as the texts are that long. */
  readonly distinct: readonly number[];
}
