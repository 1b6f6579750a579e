import { SdttError } from "@sdtt/core";
import { z } from "zod";
import { claim, optionalFlag, optionalName, optionalSize, parseConfig } from "./model-claims.ts";
import type { ConfigDialect } from "./model-claims.ts";

/**
 * The config of MDLM as a Transformers model: `kuleshov-group/mdlm-owt` and what was trained from it, as IDLM was. A
 * BD3-LM whose one block is the whole text is the same model.
 */
export const transformersDialect: ConfigDialect = {
  matches: ({ model_type, hidden_dim, model_length }) =>
    model_type === "mdlm" || (hidden_dim !== undefined && model_length !== undefined),
  read(config, where) {
    const parsed = parseConfig(transformersConfig, config, where);
    const { parameterization = "subs" } = parsed;
    if (parameterization !== "subs") {
      throw new SdttError(
        "checkpoint",
        `${where} describes an MDLM of parameterization ${JSON.stringify(parameterization)}; only "subs" can be run.`,
      );
    }
    return {
      family: "mdlm",
      timeConditioning: parsed.time_conditioning ?? false,
      vocabSize: claim(parsed.vocab_size, "vocab_size"),
      hiddenSize: claim(parsed.hidden_dim, "hidden_dim"),
      blockCount: claim(parsed.n_blocks, "n_blocks"),
      headCount: claim(parsed.n_heads, "n_heads"),
      conditionSize: parsed.cond_dim === wrongDefault ? undefined : claim(parsed.cond_dim, "cond_dim"),
      length: claim(parsed.model_length, "model_length"),
    };
  },
};

/** The default of the config's class, which nothing was trained with: it claims nothing. */
const wrongDefault = 129;

const transformersConfig = z.object({
  parameterization: optionalName,
  vocab_size: optionalSize,
  hidden_dim: optionalSize,
  n_blocks: optionalSize,
  n_heads: optionalSize,
  cond_dim: optionalSize,
  model_length: optionalSize,
  time_conditioning: optionalFlag,
});
