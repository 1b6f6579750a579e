import { unigramEntropy } from "@sdtt/eval";
import type { Run } from "./run.ts";

/** What there is to say of a text at a step. */
export interface Statistics {
  /** Tokens that the model has written by then, of so many that it writes. */
  readonly written: number;
  readonly toWrite: number;
  /** Of the ids that stand there, in nats; the whole text's once it is written. Undefined while nothing stands. */
  readonly entropy: number | undefined;
  /** Of all that has arrived, whatever the step: from the request to the latest event. */
  readonly tokensPerSecond: number | undefined;
}

export function statisticsAt(run: Run, step: number): Statistics {
  const written = run.reveals.filter((reveal) => reveal.step <= step).flatMap(({ revealed }) => revealed);
  const ids = Int32Array.from([...run.given, ...written], ({ id }) => id);
  const arrived = run.reveals.reduce((sum, { revealed }) => sum + revealed.length, 0);
  return {
    written: written.length,
    toWrite: run.length - run.given.length,
    entropy: ids.length > 0 ? unigramEntropy({ tokens: ids, batch: 1, length: ids.length }) : undefined,
    tokensPerSecond: arrived > 0 && run.seconds > 0 ? arrived / run.seconds : undefined,
  };
}

/** How many tokens each step revealed, `[steps]`, of all texts together. */
export function revealsPerStep(runs: readonly Run[], steps: number): number[] {
  const counts = Array.from({ length: steps }, () => 0);
  for (const { step, revealed } of runs.flatMap(({ reveals }) => reveals))
    counts[step - 1]! += revealed.length;
  return counts;
}
