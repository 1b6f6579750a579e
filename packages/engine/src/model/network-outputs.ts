import { checkRowsRequest } from "@sdtt/core";
import type { RowsRequest } from "@sdtt/core";
import { logitsProgram } from "@sdtt/models";
import type { HeadConfig } from "@sdtt/models";
import type { Backbone } from "./backbone.ts";
import { checkLogs } from "./check-outputs.ts";
import type { LazySessions } from "./lazy-sessions.ts";
import { scatterRows } from "./scatter-rows.ts";

/** What a network computes on the way to its distribution or score. */
export interface NetworkOutputs {
  readonly hiddenSize: number;
  /** The rows that the vocabulary projection is given, float32 `[rows, hiddenSize]`. */
  hiddenRows(request: RowsRequest): Promise<Float32Array>;
  /** What the network itself says, float32 `[rows, vocabSize]`: nothing normalised, the mask's column as it is. */
  logits(request: RowsRequest): Promise<Float32Array>;
}

export function networkOutputs(options: {
  readonly backbone: Backbone;
  readonly heads: LazySessions;
  readonly config: HeadConfig;
}): NetworkOutputs {
  const { backbone, heads, config } = options;
  const { vocabSize, hiddenSize } = config;
  return {
    hiddenSize,

    async hiddenRows(request) {
      checkRowsRequest(request, vocabSize);
      const hidden = new Float32Array(request.rows.length * hiddenSize);
      await backbone.forEachPart(request, async (part) => {
        scatterRows(part.hidden.data, part.places, hiddenSize, hidden);
      });
      return hidden;
    },

    async logits(request) {
      checkRowsRequest(request, vocabSize);
      const session = await heads.get("logits", (weights) => logitsProgram({ config, weights }));
      const logits = new Float32Array(request.rows.length * vocabSize);
      await backbone.forEachPart(request, async ({ hidden, places }) => {
        const part = (await session.run({ hidden })).logits!.data as Float32Array;
        checkLogs("logit", part, places, request);
        scatterRows(part, places, vocabSize, logits);
      });
      return logits;
    },
  };
}
