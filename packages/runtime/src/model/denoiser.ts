import type { Denoiser, DrawRequest, Draws, RowsRequest } from "@sdtt/core";
import { logProbsProgram, tokenCount } from "@sdtt/models";
import { loadBackbone } from "./backbone.ts";
import type { HiddenPart, ModelOptions } from "./backbone.ts";
import { openDrawHead } from "./draw-head.ts";
import { groupRows } from "./group-rows.ts";
import { createLazySessions } from "./lazy-sessions.ts";
import { checkDrawRequest, checkRowsRequest, checkTargets } from "./requests.ts";
import { scatterRows } from "./scatter-rows.ts";
import { openTargetHead } from "./target-head.ts";

/** A denoiser that also hands out what the vocabulary projection is given: a teacher's targets in their smallest form. */
export interface HiddenDenoiser extends Denoiser, AsyncDisposable {
  readonly hiddenSize: number;
  /** As `draw`, with the hidden rows that the draws were made from, `[rows, hiddenSize]`. */
  drawWithHidden(request: DrawRequest): Promise<Draws & { readonly hidden: Float32Array }>;
  /** The hidden rows alone, `[rows, hiddenSize]`. */
  hiddenRows(request: RowsRequest): Promise<Float32Array>;
  /** The log-probability of one token at each row, `[rows]`: of `logProbs` what an evaluation needs. */
  targetLogProbs(request: TargetsRequest): Promise<Float32Array>;
}

export interface TargetsRequest extends RowsRequest {
  /** An id for each of the rows; never the mask, which has no probability. */
  readonly targets: Int32Array;
}

/**
 * A checkpoint of the SDTT or MDLM family as a `Denoiser`: the network runs over whole sequences, but only the rows that
 * are asked for are projected on the vocabulary, and their tokens are drawn where the logits are.
 */
export async function createDenoiser(options: ModelOptions): Promise<HiddenDenoiser> {
  const { engine, description, weights } = options;
  const { config } = description;
  const backbone = await loadBackbone(options);
  const heads = createLazySessions(engine, weights);
  const { vocabSize, hiddenSize } = config;

  async function draw(request: DrawRequest, onHidden: (part: HiddenPart) => void = () => {}): Promise<Draws> {
    checkDrawRequest(request, vocabSize);
    const drawRows = await openDrawHead(heads, config, request);
    const ids = new Int32Array(request.rows.length);
    const logProbs = new Float32Array(request.rows.length);
    await backbone.forEachPart(request, async (part) => {
      onHidden(part);
      for (const { hidden, places, allowed } of groupRows(part, request.allowed)) {
        const uniforms = Float64Array.from(places, (place) => request.uniforms[place]!);
        const drawn = await drawRows(hidden, uniforms, allowed);
        places.forEach((place, i) => {
          ids[place] = drawn.ids[i]!;
          logProbs[place] = drawn.logProbs[i]!;
        });
      }
    });
    return { ids, logProbs };
  }

  return {
    vocabSize,
    maskId: vocabSize - 1,
    hiddenSize,
    draw: (request) => draw(request),

    async drawWithHidden(request) {
      const hidden = new Float32Array(request.rows.length * hiddenSize);
      const draws = await draw(request, (part) =>
        scatterRows(part.hidden.data, part.places, hiddenSize, hidden),
      );
      return { ...draws, hidden };
    },

    async hiddenRows(request) {
      checkRowsRequest(request, vocabSize);
      const hidden = new Float32Array(request.rows.length * hiddenSize);
      await backbone.forEachPart(request, async (part) => {
        scatterRows(part.hidden.data, part.places, hiddenSize, hidden);
      });
      return hidden;
    },

    async logProbs(request) {
      checkRowsRequest(request, vocabSize);
      const session = await heads.get("log-probs", (files) => logProbsProgram({ config, weights: files }));
      const result = new Float32Array(request.rows.length * vocabSize);
      await backbone.forEachPart(request, async ({ hidden, places }) => {
        const { log_probs: part } = await session.run({ hidden });
        scatterRows(part!.data as Float32Array, places, vocabSize, result);
      });
      return result;
    },

    async targetLogProbs(request) {
      checkRowsRequest(request, vocabSize);
      checkTargets(request.targets, request.rows.length, tokenCount(config));
      const logProbs = new Float32Array(request.rows.length);
      await backbone.forEachPart(request, await openTargetHead(heads, config, request.targets, logProbs));
      return logProbs;
    },

    async [Symbol.asyncDispose]() {
      await heads[Symbol.asyncDispose]();
      await backbone[Symbol.asyncDispose]();
    },
  };
}
