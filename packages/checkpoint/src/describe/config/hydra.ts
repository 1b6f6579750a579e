import { SdttError } from "@sdtt/core";
import type { ModelFamily } from "@sdtt/models";
import { z } from "zod";
import { asObject } from "./config-candidates.ts";
import { claim, optionalFlag, optionalName, optionalSize, parseConfig } from "./model-claims.ts";
import type { ConfigDialect } from "./model-claims.ts";

/**
 * The whole Hydra config of a training run, as SDTT pushes it to the Hub and as Lightning checkpoints of SDTT and MDLM
 * hold it. `model.name` is "small" for every released size, so it is not read. The code bases of Duo, BD3-LM, IDLM and
 * DiDi-Instruct keep what concerns the diffusion under `algo`.
 */
export const hydraDialect: ConfigDialect = {
  matches: (config) =>
    ("parameterization" in config || "name" in asObject(config["algo"])) &&
    // Of a Transformers config only one that keeps the sizes in the same group.
    (!("model_type" in config) || typeof config["model"] === "object"),
  read(config, where) {
    const parsed = parseConfig(hydraConfig, withoutNesting(config), where);
    const { parameterization, time_conditioning, model, tokenizer, data } = parsed;
    const family = familyOf(
      typeof parameterization === "string" ? parameterization : parameterization.name,
      where,
    );
    return {
      family,
      bos: bosOf(parsed) ?? (family === "sedd" ? true : undefined),
      timeConditioning: time_conditioning ?? false,
      hiddenSize: claim(model.hidden_size, "model.hidden_size"),
      blockCount: claim(model.n_blocks, "model.n_blocks"),
      headCount: claim(model.n_heads, "model.n_heads"),
      conditionSize: claim(model.cond_dim, "model.cond_dim"),
      noiseSize: claim(model.noise_size, "model.noise_size"),
      length: claim(model.length, "model.length"),
      tokenizerName: tokenizer?.name ?? data?.tokenizer_name_or_path,
    };
  },
};

/** The config as if `algo` had not been made a group of its own. */
function withoutNesting(config: unknown): unknown {
  const root = asObject(config);
  const { parameterization, time_conditioning } = asObject(root["algo"]);
  return {
    ...root,
    ...(parameterization === undefined ? {} : { parameterization }),
    ...(time_conditioning === undefined ? {} : { time_conditioning }),
  };
}

const hydraConfig = z.object({
  parameterization: z.union([z.string(), z.object({ name: z.string() })]),
  time_conditioning: optionalFlag,
  model: z.object({
    hidden_size: optionalSize,
    n_blocks: optionalSize,
    n_heads: optionalSize,
    cond_dim: optionalSize,
    noise_size: optionalSize,
    length: optionalSize,
  }),
  // Flat hyper-parameters have the tokenizer itself there, and no name.
  tokenizer: z.object({ name: optionalName }).optional().catch(undefined),
  data: z.object({ tokenizer_name_or_path: optionalName, insert_train_special: optionalFlag }).optional(),
  data_preprocess: z.object({ add_bos: optionalFlag, legacy_start_end_bos: optionalFlag }).optional(),
});

/**
 * What the config says of the token that training texts began with: SDTT under `data_preprocess`, the successors of MDLM
 * under `data`. MDLM's own code always puts it, whatever it trains.
 */
function bosOf({ data, data_preprocess }: z.infer<typeof hydraConfig>): boolean | undefined {
  const { add_bos, legacy_start_end_bos } = data_preprocess ?? {};
  if (add_bos !== undefined || legacy_start_end_bos !== undefined) {
    return (add_bos ?? false) || (legacy_start_end_bos ?? false);
  }
  return data?.insert_train_special;
}

/** SDTT writes `parameterization.name`, MDLM `parameterization`; `subs` is what MDLM calls its own. */
function familyOf(parameterization: string, where: string): ModelFamily {
  if (parameterization.includes("sdtt")) return "sdtt";
  if (parameterization === "mdlm" || parameterization === "subs") return "mdlm";
  if (parameterization === "sedd" || parameterization === "ar") return parameterization;
  throw new SdttError(
    "checkpoint",
    `${where} describes a model of parameterization ${JSON.stringify(parameterization)}; those that can be run are multi-round-sdtt, mdlm, subs, sedd and ar.`,
  );
}
