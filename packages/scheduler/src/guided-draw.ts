import { checkDrawRequest, nextTurn, SdttError } from "@sdtt/core";
import type { Denoiser, DrawRequest, Draws } from "@sdtt/core";
import { drawFromDistribution } from "./draw-from-distribution.ts";
import { rowsOf } from "./rows-of.ts";
import type { Sequence } from "./sequence.ts";

export interface GuidedDrawOptions {
  readonly denoiser: Pick<Denoiser, "logProbs" | "vocabSize" | "maskId">;
  readonly request: DrawRequest;
  /** The same texts with their prompts masked, `[batch * length]`: `withoutPrompts`. */
  readonly unprompted: Int32Array;
  /** How much further than the prompt itself the distribution goes, at least 0; 0 is the distribution with the prompt. */
  readonly guidance: number;
  /** Rows of one call to the model; 128 MiB of log-probabilities unless given. */
  readonly rowsPerCall?: number | undefined;
}

/** Rows that are drawn without a pause. */
const rowsPerTurn = 16;

/**
 * Draws under classifier-free guidance (Ho and Salimans 2022; for masked models Nie et al. 2025, arXiv 2410.18514): with the logits c
 * given the prompt and u without it, from the distribution of the logits u + (guidance + 1) (c - u). Log-probabilities serve as logits, since a
 * row's constant falls out. The distribution is summed in float64 here, so the draw is as exact as any. It takes two passes of the network, and
 * `[rows, vocab]` numbers of each come out of it.
 */
export async function drawGuided(options: GuidedDrawOptions): Promise<Draws> {
  const { denoiser, request, unprompted, guidance } = options;
  const { vocabSize, maskId } = denoiser;
  const { rowsPerCall = Math.max(1, Math.floor(2 ** 25 / vocabSize)) } = options;
  checkDrawRequest(request, vocabSize);
  const { rows, uniforms, allowed, temperature, topP, topK, nucleus } = request;
  const ids = new Int32Array(rows.length);
  const logProbs = new Float32Array(rows.length);
  const entropies = request.entropies ? new Float32Array(rows.length) : undefined;
  const distribution = new Float64Array(vocabSize);
  for (let begin = 0; begin < rows.length; begin += rowsPerCall) {
    const end = Math.min(begin + rowsPerCall, rows.length);
    const prompted = await denoiser.logProbs(rowsOf(request, begin, end));
    const free = await denoiser.logProbs(rowsOf({ ...request, tokens: unprompted }, begin, end));
    for (let row = begin; row < end; row++) {
      if (row % rowsPerTurn === rowsPerTurn - 1) await nextTurn(request.signal);
      const [from, to] = [(row - begin) * vocabSize, (row - begin + 1) * vocabSize];
      guidedDistribution(
        { prompted: prompted.subarray(from, to), free: free.subarray(from, to), guidance, maskId },
        distribution,
      );
      const shape = { temperature, topP, topK, nucleus, entropies: request.entropies };
      const drawn = drawFromDistribution(distribution, {
        ...shape,
        allowed: allowed?.[row],
        uniform: uniforms[row]!,
      });
      if (!(drawn.logProb > -Infinity)) throw noDistribution(rows[row]! % request.length);
      ids[row] = drawn.id;
      logProbs[row] = drawn.logProb;
      if (entropies) entropies[row] = drawn.entropy!;
    }
  }
  return { ids, logProbs, ...(entropies ? { entropies } : {}) };
}

export interface GuidedRow {
  /** Log-probabilities given the prompt and without it, `[vocab]`. */
  readonly prompted: ArrayLike<number>;
  readonly free: ArrayLike<number>;
  readonly guidance: number;
  readonly maskId: number;
}

/** The guided distribution of a row, `[vocab]`, summing to one; NaN where the rows make no distribution. */
export function guidedDistribution(
  { prompted, free, guidance, maskId }: GuidedRow,
  distribution: Float64Array,
): Float64Array {
  let peak = -Infinity;
  for (let id = 0; id < distribution.length; id++) {
    const [c, u] = [prompted[id]!, free[id]!];
    // What the prompt makes impossible stays so: the difference of two infinities is no number.
    distribution[id] = id === maskId || c === -Infinity ? -Infinity : u + (guidance + 1) * (c - u);
    peak = Math.max(peak, distribution[id]!);
  }
  let total = 0;
  for (let id = 0; id < distribution.length; id++)
    total += distribution[id] = Math.exp(distribution[id]! - peak);
  for (let id = 0; id < distribution.length; id++) distribution[id]! /= total;
  return distribution;
}

/** Texts with all that was given masked: what a model says without the prompt. */
export function withoutPrompts(
  tokens: Int32Array,
  sequences: readonly Pick<Sequence, "given">[],
  maskId: number,
): Int32Array {
  const unprompted = tokens.slice();
  const length = tokens.length / sequences.length;
  for (const [i, { given }] of sequences.entries()) {
    for (const position of given) unprompted[i * length + position] = maskId;
  }
  return unprompted;
}

/** Refuses a guidance below 0, and one of texts that have no prompt; 0 is none. */
export function checkGuidance(
  guidance: number | undefined,
  sequences: readonly Pick<Sequence, "given">[],
): void {
  if (guidance === undefined || guidance === 0) return;
  if (!(guidance >= 0 && guidance < Infinity)) {
    throw new SdttError("usage", `guidance must be a finite number of at least 0; got ${guidance}.`);
  }
  if (sequences.every(({ given }) => given.length > 0)) return;
  throw new SdttError(
    "usage",
    "guidance strengthens a prompt, and this text has none: give a prompt or a template, or leave guidance out.",
  );
}

function noDistribution(position: number): SdttError {
  return new SdttError(
    "numeric",
    `The guided logits at position ${position} are not finite: the model's output is not a distribution, or the guidance is too great.`,
  );
}
