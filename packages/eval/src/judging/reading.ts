import type { CausalTexts } from "@sdtt/core";
import type { Samples } from "../samples.ts";

/** Texts as a judge reads them: ids of its own vocabulary, which may be of different lengths. */
export type JudgeTexts = Pick<CausalTexts, "tokens" | "batch" | "length" | "lengths">;

/** How the ids of a model become texts for a judge. */
export interface Reading {
  readonly name: "ids" | "text";
  /** The same in words, for the protocol of a metric. */
  readonly protocol: string;
  /** @throws SdttError `usage` for sizes that contradict each other, and where nothing is left to read. */
  read(samples: Samples): JudgeTexts;
}
