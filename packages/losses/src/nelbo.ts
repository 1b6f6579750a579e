import { SdttError } from "@sdtt/core";
import { crossEntropy } from "./cross-entropy.ts";
import type { Logits, Loss } from "./loss.ts";
import { checkLength } from "./rows.ts";

/** A batch of sequences, each masked at a noise level of its own, and what a denoiser says of the masked positions. */
export interface NelboBatch {
  /** Raw logits at the masked positions, `[rows.length, vocabSize]`. */
  readonly logits: Logits;
  /** The masked positions, as indices into the flattened `[batch, length]` grid. */
  readonly rows: ArrayLike<number>;
  /** The ids before masking, `[batch * length]`. */
  readonly clean: ArrayLike<number>;
  /** The weight of each sequence's noise level, `[batch]`: `nelboWeight`, or `1 / t` for the log-linear schedule. */
  readonly weights: ArrayLike<number>;
  /** Number of ids, the mask included; the mask is the last. */
  readonly vocabSize: number;
}

/** What `nelbo` returns. */
export interface Nelbo extends Loss {
  /** What each masked position contributes, `weight * -log p(clean)` in nats, `[rows.length]`; others contribute 0. */
  readonly integrand: Float64Array;
}

/**
 * The objective of masked diffusion language models (MDLM, Sahoo et al. 2024, equation 10, arXiv 2406.07524): an upper
 * bound on the negative log-likelihood in nats per token, estimated at one noise level and one masking for each
 * sequence. A mean over all `batch * length` tokens, masked or not, as the bound has it.
 *
 * Throws `usage` where the sizes contradict each other or a row or an id is out of range.
 */
export function nelbo(batch: NelboBatch): Nelbo {
  const { logits, rows, clean, vocabSize } = batch;
  const length = clean.length / batch.weights.length;
  if (!Number.isInteger(length)) {
    throw new SdttError(
      "usage",
      `clean is [batch, length] and weights [batch]; got ${clean.length} ids for ${batch.weights.length} weights.`,
    );
  }
  checkLength("logits", logits, rows.length * vocabSize);
  const targets = Array.from(rows, (row) => checkRow(clean, row));
  const weights = Array.from(rows, (row) => batch.weights[Math.floor(row / length)]!);

  const { loss, gradient, surprisal } = crossEntropy({
    logits,
    targets,
    vocabSize,
    weights: weights.map((weight) => weight / clean.length),
    subs: true,
  });
  return { loss, gradient, integrand: surprisal.map((nats, i) => weights[i]! * nats) };
}

/**
 * The weight of a noise level in the NELBO, `sigma'(t) / expm1(sigma(t))`: the paper's `-alpha' / (1 - alpha)`, the rate
 * at which the reverse process reveals a masked position. It is `1 / t` exactly for the log-linear schedule, whatever
 * its epsilon.
 */
export function nelboWeight(noise: {
  /** Total noise, above 0. */
  readonly sigma: number;
  /** Its derivative by time. */
  readonly rate: number;
}): number {
  return noise.rate / Math.expm1(noise.sigma);
}

function checkRow(clean: ArrayLike<number>, row: number): number {
  const id = clean[row];
  if (id === undefined) {
    throw new SdttError(
      "usage",
      `A row is an index from 0 to ${clean.length - 1} into the grid; got ${row}.`,
    );
  }
  return id;
}
