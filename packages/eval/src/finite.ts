import { SdttError } from "@sdtt/core";

export interface ScoredToken {
  readonly logProb: number;
  readonly id: number;
  readonly text: number;
  readonly position: number;
}

/**
 * Refuses a token whose log-probability is no finite number, before it is averaged away in a measure. Throws `numeric`.
 */
export function checkScored({ logProb, id, text, position }: ScoredToken): void {
  if (Number.isFinite(logProb)) return;
  const what =
    logProb === -Infinity
      ? `gives token ${id} no chance`
      : `gives token ${id} a log-probability of ${logProb}`;
  throw new SdttError(
    "numeric",
    `The model ${what} at position ${position} of text ${text}: no perplexity follows from that.`,
  );
}

/** exp of nats per token. Throws `numeric` where that is no finite number. */
export function perplexityOf(nats: number): number {
  const perplexity = Math.exp(nats);
  if (Number.isFinite(perplexity)) return perplexity;
  throw new SdttError(
    "numeric",
    `The model finds the texts so unlikely, at ${nats} nats per token, that no perplexity can be told: its weights are broken.`,
  );
}
