import { tensor } from "@sdtt/core";
import type { Denoiser, DrawRequest, Draws, RowsRequest, Tensor } from "@sdtt/core";
import { drawProgram, logProbsProgram } from "@sdtt/models";
import { loadBackbone } from "./backbone.ts";
import type { HiddenPart, ModelOptions } from "./backbone.ts";
import { createLazySessions } from "./lazy-sessions.ts";
import { checkDrawRequest, checkRowsRequest } from "./requests.ts";
import { scatterRows } from "./scatter-rows.ts";

/** A denoiser that also hands out what the vocabulary projection is given: a teacher's targets in their smallest form. */
export interface HiddenDenoiser extends Denoiser, AsyncDisposable {
  readonly hiddenSize: number;
  /** As `draw`, with the hidden rows that the draws were made from, `[rows, hiddenSize]`. */
  drawWithHidden(request: DrawRequest): Promise<Draws & { readonly hidden: Float32Array }>;
  /** The hidden rows alone, `[rows, hiddenSize]`. */
  hiddenRows(request: RowsRequest): Promise<Float32Array>;
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
    const variant = drawVariant(request);
    const session = await heads.get(`draw ${JSON.stringify(variant)}`, (files) =>
      drawProgram({ config, weights: files, ...variant }),
    );
    const settings = drawSettings(request, variant, vocabSize);
    const ids = new Int32Array(request.rows.length);
    const logProbs = new Float32Array(request.rows.length);
    await backbone.forEachPart(request, async (part) => {
      onHidden(part);
      const uniforms = Float64Array.from(part.places, (place) => request.uniforms[place]!);
      const drawn = await session.run({
        hidden: part.hidden,
        uniforms: tensor("float64", [uniforms.length], uniforms),
        ...settings,
      });
      part.places.forEach((place, i) => {
        ids[place] = Number(drawn.ids!.data[i]);
        logProbs[place] = Number(drawn.log_probs!.data[i]);
      });
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

    async [Symbol.asyncDispose]() {
      await heads[Symbol.asyncDispose]();
      await backbone[Symbol.asyncDispose]();
    },
  };
}

function drawVariant({ temperature = 1, topK, topP = 1 }: DrawRequest) {
  return { temperature: temperature !== 1, filter: topK !== undefined || topP < 1 };
}

function drawSettings(
  { temperature = 1, topK, topP = 1 }: DrawRequest,
  variant: ReturnType<typeof drawVariant>,
  vocabSize: number,
): Record<string, Tensor> {
  const k = BigInt64Array.of(BigInt(Math.min(topK ?? vocabSize, vocabSize)));
  return {
    ...(variant.temperature ? { temperature: tensor("float32", [1], Float32Array.of(temperature)) } : {}),
    ...(variant.filter
      ? { top_k: tensor("int64", [1], k), top_p: tensor("float64", [1], Float64Array.of(topP)) }
      : {}),
  };
}
