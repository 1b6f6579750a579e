import { SdttError } from "@sdtt/core";
import { z } from "zod";
import { claim, optionalSize, parseConfig } from "./model-claims.ts";
import type { ConfigDialect } from "./model-claims.ts";

/** The nested config of SEDD: `louaaron/sedd-small` and `-medium`. `tokens` does not count the mask. */
export const seddDialect: ConfigDialect = {
  matches: (config) => "graph" in config && "tokens" in config,
  read(config, where) {
    const { tokens, model } = parseConfig(seddConfig, config, where);
    if (!model.scale_by_sigma) {
      throw new SdttError(
        "checkpoint",
        `${where} describes a SEDD without model.scale_by_sigma; only models whose score is scaled by sigma can be run.`,
      );
    }
    return {
      family: "sedd",
      timeConditioning: true,
      vocabSize: claim(tokens + 1, "tokens + 1"),
      hiddenSize: claim(model.hidden_size, "model.hidden_size"),
      blockCount: claim(model.n_blocks, "model.n_blocks"),
      headCount: claim(model.n_heads, "model.n_heads"),
      conditionSize: claim(model.cond_dim, "model.cond_dim"),
      length: claim(model.length, "model.length"),
    };
  },
};

const seddConfig = z.object({
  tokens: z.int().positive(),
  graph: z.object({ type: z.string() }),
  model: z.object({
    scale_by_sigma: z.boolean(),
    hidden_size: optionalSize,
    n_blocks: optionalSize,
    n_heads: optionalSize,
    cond_dim: optionalSize,
    length: optionalSize,
  }),
});
