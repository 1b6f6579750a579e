import { SdttError, tensor, checkRowsRequest } from "@sdtt/core";
import type { ScoreModel } from "@sdtt/core";
import { scoreProgram } from "@sdtt/models";
import { loadBackbone } from "./backbone.ts";
import { checkLogs } from "./check-outputs.ts";
import type { ModelOptions } from "./backbone.ts";
import { expectFamily } from "./expect-family.ts";
import { createLazySessions } from "./lazy-sessions.ts";
import { networkOutputs } from "./network-outputs.ts";
import type { NetworkOutputs } from "./network-outputs.ts";
import { scatterRows } from "./scatter-rows.ts";

/** A score model that also hands out what its score is made of. Throws `numeric` as a `HiddenDenoiser` does. */
export interface HiddenScoreModel extends ScoreModel, NetworkOutputs, AsyncDisposable {}

/**
 * A SEDD checkpoint as a `ScoreModel`.
 *
 * @throws SdttError `checkpoint` for a model that is none.
 */
export async function createScoreModel(options: ModelOptions): Promise<HiddenScoreModel> {
  const { engine, weights } = options;
  const description = expectFamily(options.description, "createScoreModel");
  const { config } = description;
  const backbone = await loadBackbone({ ...options, description });
  const heads = createLazySessions(engine, weights);
  const { vocabSize } = config;

  return {
    vocabSize,
    maskId: vocabSize - 1,
    ...networkOutputs({ backbone, heads, config }),

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
        const part = (await session.run(feeds)).log_score!.data as Float32Array;
        checkLogs("log score", part, places, request);
        scatterRows(part, places, vocabSize, result);
      });
      return result;
    },

    async [Symbol.asyncDispose]() {
      await heads[Symbol.asyncDispose]();
      await backbone[Symbol.asyncDispose]();
    },
  };
}
