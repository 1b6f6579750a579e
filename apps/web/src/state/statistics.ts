import { unigramEntropy } from "@sdtt/eval";
import type { Token } from "../api/events.ts";
import type { Run } from "./run.ts";

/** What there is to say of a text at a step. */
export interface Statistics {
  /** Tokens that the model has written by then, of so many that it writes. */
  readonly written: number;
  readonly toWrite: number;
  /** Of the ids that stand there, in nats; the whole text's once it is written. Undefined while nothing stands. */
  readonly entropy: number | undefined;
  /** Tokens of the text that have arrived, whatever the step: from the request to the latest event. */
  readonly tokensPerSecond: number | undefined;
}

export function statisticsAt(run: Run, step: number): Statistics {
  const written = standingAt(run, step);
  const ids = Int32Array.from([...run.given, ...written], ({ id }) => id);
  const arrived = standingAt(run, Infinity).length;
  return {
    written: written.length,
    toWrite: run.length - run.given.length,
    entropy: ids.length > 0 ? unigramEntropy({ tokens: ids, batch: 1, length: ids.length }) : undefined,
    tokensPerSecond: arrived > 0 && run.seconds > 0 ? arrived / run.seconds : undefined,
  };
}

/** The tokens that stand at a step, of those that were written. */
function standingAt({ reveals }: Run, step: number): Token[] {
  const standing = new Map<number, Token>();
  for (const { step: at, revealed, masked = [] } of reveals) {
    if (at > step) break;
    for (const position of masked) standing.delete(position);
    for (const token of revealed) standing.set(token.position, token);
  }
  return [...standing.values()];
}

/** How many tokens each step revealed, `[steps]`, of all texts together. */
export function revealsPerStep(runs: readonly Run[], steps: number): number[] {
  const counts = Array.from({ length: steps }, () => 0);
  for (const { step, revealed } of runs.flatMap(({ reveals }) => reveals))
    counts[step - 1]! += revealed.length;
  return counts;
}
