import { answerByDistribution } from "./answer-by-distribution.ts";
import type { AnswerByDistributionOptions } from "./answer-by-distribution.ts";
import { chainReveals } from "./chain-reveals.ts";
import type { Grid } from "./grid.ts";
import { lockStep } from "./lock-step.ts";
import type { SampleResult, StepEvent } from "./lock-step.ts";
import { runRule } from "./run-rule.ts";
import type { Text } from "./texts.ts";

export interface SampleChainOptions extends Omit<AnswerByDistributionOptions, "streams"> {
  readonly texts: readonly Text[];
  readonly length: number;
  readonly grid: Grid;
  /** The final pass takes the likeliest token, not a draw. */
  readonly greedyEnd: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Samples by the textbook chain: every masked position is asked at every step of the grid, and may stay masked. */
export function sampleChain(options: SampleChainOptions): AsyncGenerator<StepEvent, SampleResult> {
  const { texts, length, grid, vocabSize, maskId, greedyEnd, signal } = options;
  const rule = chainReveals({ grid, maskId, greedyEnd });
  return lockStep({
    sequences: texts.map((text) => runRule({ ...text, rule, vocabSize, maskId })),
    length,
    answer: answerByDistribution({ ...options, streams: texts.map(({ stream }) => stream) }),
    signal,
  });
}
