import { tensor } from "@sdtt/core";
import type { Denoiser, DrawRequest, Tensor } from "@sdtt/core";
import { drawProgram, logProbsProgram } from "@sdtt/models";
import { loadBackbone } from "./backbone.ts";
import type { ModelOptions } from "./backbone.ts";
import { createLazySessions } from "./lazy-sessions.ts";
import { checkDrawRequest, checkRowsRequest } from "./requests.ts";

/**
 * A checkpoint of the SDTT or MDLM family as a `Denoiser`: the network runs over whole sequences, but only the rows that
 * are asked for are projected on the vocabulary, and their tokens are drawn where the logits are.
 */
export async function createDenoiser(options: ModelOptions): Promise<Denoiser & AsyncDisposable> {
  const { engine, description, weights } = options;
  const { config } = description;
  const backbone = await loadBackbone(options);
  const heads = createLazySessions(engine);
  const { vocabSize } = config;

  return {
    vocabSize,
    maskId: vocabSize - 1,

    async draw(request) {
      checkDrawRequest(request, vocabSize);
      const variant = drawVariant(request);
      const session = await heads.get(`draw ${JSON.stringify(variant)}`, () =>
        drawProgram({ config, weights, ...variant }),
      );
      const settings = drawSettings(request, variant, vocabSize);
      const ids = new Int32Array(request.rows.length);
      const logProbs = new Float32Array(request.rows.length);
      await backbone.forEachPart(request, async ({ hidden, places }) => {
        const uniforms = Float64Array.from(places, (place) => request.uniforms[place]!);
        const feeds = { hidden, uniforms: tensor("float64", [places.length], uniforms), ...settings };
        const drawn = await session.run({ feeds });
        places.forEach((place, i) => {
          ids[place] = Number(drawn.ids!.data[i]);
          logProbs[place] = Number(drawn.log_probs!.data[i]);
        });
      });
      return { ids, logProbs };
    },

    async logProbs(request) {
      checkRowsRequest(request, vocabSize);
      const session = await heads.get("log-probs", () => logProbsProgram({ config, weights }));
      const result = new Float32Array(request.rows.length * vocabSize);
      await backbone.forEachPart(request, async ({ hidden, places }) => {
        const { log_probs: part } = await session.run({ feeds: { hidden } });
        const values = part!.data as Float32Array;
        places.forEach((place, i) => {
          result.set(values.subarray(i * vocabSize, (i + 1) * vocabSize), place * vocabSize);
        });
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
