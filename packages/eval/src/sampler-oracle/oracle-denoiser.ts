import { checkDrawRequest, checkRowsRequest, throwIfAborted } from "@sdtt/core";
import type { Denoiser, RowsRequest } from "@sdtt/core";
import { drawFromDistribution } from "@sdtt/scheduler";
import { createPause } from "../pause.ts";
import type { HiddenMarkovSource } from "./hidden-markov-source.ts";
import { posteriorDistributions } from "./posterior.ts";

/**
 * A denoiser without error: the exact posterior of a source takes the network's place, so that whatever its texts are wrong
 * about is the sampler's (after arXiv 2602.19619). The mask is the id after the source's tokens.
 */
export function createOracleDenoiser(source: HiddenMarkovSource): Denoiser {
  const { tokens: tokenCount } = source;
  const vocabSize = tokenCount + 1;

  /** Calls back with the distribution at each row, `[tokens]`: forward-backward runs once for each text. */
  async function forEachRow(
    request: RowsRequest,
    take: (distribution: Float64Array, i: number) => void,
  ): Promise<void> {
    checkRowsRequest(request, vocabSize);
    const { tokens, length, rows, signal } = request;
    const pause = createPause(signal);
    throwIfAborted(signal);
    const distributions = new Map<number, Float64Array>();
    for (const [i, row] of rows.entries()) {
      const text = Math.floor(row / length);
      let known = distributions.get(text);
      if (!known) {
        await pause();
        known = posteriorDistributions(source, tokens.subarray(text * length, (text + 1) * length));
        distributions.set(text, known);
      }
      take(known.subarray((row % length) * tokenCount, ((row % length) + 1) * tokenCount), i);
    }
  }

  return {
    vocabSize,
    maskId: tokenCount,
    async logProbs(request) {
      const result = new Float32Array(request.rows.length * vocabSize).fill(-Infinity);
      await forEachRow(request, (distribution, i) => result.set(distribution.map(Math.log), i * vocabSize));
      return result;
    },
    async draw(request) {
      checkDrawRequest(request, vocabSize);
      const ids = new Int32Array(request.rows.length);
      const logProbs = new Float32Array(request.rows.length);
      const entropies = request.entropies ? new Float32Array(request.rows.length) : undefined;
      const { temperature, topP, topK, nucleus, uniforms, allowed } = request;
      await forEachRow(request, (distribution, i) => {
        const shape = { temperature, topP, topK, nucleus, entropies: request.entropies };
        const drawn = drawFromDistribution(distribution, {
          ...shape,
          allowed: allowed?.[i],
          uniform: uniforms[i]!,
        });
        ids[i] = drawn.id;
        logProbs[i] = drawn.logProb;
        if (entropies) entropies[i] = drawn.entropy!;
      });
      return entropies ? { ids, logProbs, entropies } : { ids, logProbs };
    },
  };
}
