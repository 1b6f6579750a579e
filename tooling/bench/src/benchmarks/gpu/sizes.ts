import { scalingStudent } from "@sdtt/hub";
import type { DitConfig } from "@sdtt/models";
import { ditSmall } from "../../dit-small.ts";

/** What the paper's sizes are, and one that shows on a CPU in a minute that the benchmark works. */
export interface Size {
  readonly name: string;
  readonly config: DitConfig;
  /** Whether the autoregressive baseline (GPT-2's size for `sm`) and the distillation are measured as well. */
  readonly thorough: boolean;
}

const published = (size: "sm" | "md" | "large") => scalingStudent({ size, round: 7 }).config;

export const sizes: readonly Size[] = [
  { name: "sm", config: published("sm"), thorough: true },
  { name: "md", config: published("md"), thorough: false },
  { name: "large", config: published("large"), thorough: false },
  {
    name: "trial",
    config: { ...ditSmall, vocabSize: 1024, hiddenSize: 64, blockCount: 2, headCount: 2, length: 32 },
    thorough: true,
  },
];

/** The multiplications and additions that the blocks take for one position: eight products, and the attention's two. */
export function backboneOperations({ blockCount, hiddenSize, length }: DitConfig): number {
  return blockCount * (24 * hiddenSize ** 2 + 4 * length * hiddenSize);
}
