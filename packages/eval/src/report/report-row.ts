import type { Precision, RevealOrder } from "@sdtt/scheduler";

/** What was measured of texts that one model wrote in one way. */
export interface ReportRow {
  /** What the report calls the model. */
  readonly label: string;
  /** Who wrote the texts; nobody who understands a word wrote those of a baseline. */
  readonly kind: "diffusion" | "autoregressive" | "baseline";
  /** Steps of the diffusion; tokens written one after another for an autoregressive model; 0 for a baseline. */
  readonly steps: number;
  readonly precision: Precision;
  /** Of the draws. */
  readonly temperature: number;
  /** Which masks were filled first: `random` where the row of a diffusion model does not say; others have none. */
  readonly order?: RevealOrder | undefined;
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
  /** Nats per token and unigram entropy of each text, in the order of their numbers under the seed. */
  readonly textNats: readonly number[];
  readonly textEntropies: readonly number[];
  /** Distinct-1, -2 and -3, as far as the texts are that long. */
  readonly distinct: readonly number[];
  /** What other metrics found, by the name that the report gives them. */
  readonly measures: Readonly<Record<string, number>>;
}
