import { SdttError } from "@sdtt/core";
import type { LanguageModel } from "sdtt";
import { createBatcher } from "./batching/batcher.ts";
import type { Limits } from "./limits.ts";
import type { Metrics } from "./operations/metrics.ts";
import type { ServedModel } from "./served-model.ts";

/** Gives each model its batcher. Throws `usage` without a model, or for one of scores. */
export function serveModels(
  models: ReadonlyMap<string, LanguageModel>,
  limits: Limits,
  metrics: Metrics,
): ReadonlyMap<string, ServedModel> {
  if (models.size === 0) throw new SdttError("usage", "A server needs at least one model.");
  return new Map(
    Array.from(models, ([id, model]) => {
      const { network: denoiser, description } = model;
      if (!("draw" in denoiser)) {
        throw new SdttError("usage", `${id} is a SEDD model: the server serves MDLM and SDTT models.`);
      }
      const batcher = createBatcher({
        denoiser,
        maxBatch: limits.batch,
        capacity: limits.capacity,
        onTurn: (turn) => metrics.countTurn(id, turn),
      });
      const maxLength = limits.length ?? description.config.length;
      const served = { id, model, denoiser, batcher, maxLength, maxSteps: limits.steps };
      metrics.watchQueue(served);
      return [id, served];
    }),
  );
}
