import { SdttError, tensor } from "@sdtt/core";
import type { ScoreModel } from "@sdtt/core";
import { scoreProgram } from "@sdtt/models";
import { loadBackbone } from "./backbone.ts";
import type { ModelOptions } from "./backbone.ts";
import { createLazySessions } from "./lazy-sessions.ts";
import { checkRowsRequest } from "./requests.ts";
import { scatterRows } from "./scatter-rows.ts";

/** A SEDD checkpoint as a `ScoreModel`. */
export async function createScoreModel(options: ModelOptions): Promise<ScoreModel & AsyncDisposable> {
  const { engine, description, weights } = options;
  const { config } = description;
  const backbone = await loadBackbone(options);
  const heads = createLazySessions(engine, weights);
  const { vocabSize } = config;

  return {
    vocabSize,
    maskId: vocabSize - 1,

    async logScore(request) {
      checkRowsRequest(request, vocabSize);
      const { tokens, rows, length, sigma } = request;
      if (!sigma) throw new SdttError("usage", "A score model needs the noise level sigma of each sequence.");
      const session = await heads.get("log-score", (files) => scoreProgram({ config, weights: files }));
      const result = new Float32Array(rows.length * vocabSize);
      await backbone.forEachPart(request, async ({ hidden, places }) => {
        const level = Float32Array.from(
          places,
          (place) =>
            Math.log(Math.expm1(sigma[Math.floor(rows[place]! / length)]!)) + Math.log(vocabSize - 1),
        );
        const own = BigInt64Array.from(places, (place) => BigInt(tokens[rows[place]!]!));
        const feeds = {
          hidden,
          level: tensor("float32", [places.length], level),
          own_tokens: tensor("int64", [places.length], own),
        };
        const { log_score: part } = await session.run(feeds);
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
