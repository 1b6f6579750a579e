import { trainedWithBos } from "@sdtt/models";
import type { ModelDescription } from "@sdtt/models";

/**
 * The content of a `config.json` as SDTT writes them: the part of its Hydra config that says what the model is, and what
 * `openCheckpoint` reads.
 */
export function modelConfig(options: {
  description: ModelDescription;
  /** As Transformers knows it, or a path beside the config. */
  tokenizerName?: string | undefined;
}): Record<string, unknown> {
  const { description, tokenizerName } = options;
  const { family, config } = description;
  return {
    parameterization: { name: family === "sdtt" ? "multi-round-sdtt" : family },
    time_conditioning: family !== "ar" && config.timeConditioning,
    ...(family === "ar" ? {} : { noise: { type: "loglinear" } }),
    model: {
      type: family === "ar" ? "ar_orig" : "ddit-orig",
      hidden_size: config.hiddenSize,
      ...(family === "ar" ? {} : { cond_dim: config.conditionSize, scale_by_sigma: true }),
      length: config.length,
      n_blocks: config.blockCount,
      n_heads: config.headCount,
      dropout: 0,
      tie_word_embeddings: false,
    },
    ...(family === "ar" || trainedWithBos(description)
      ? {}
      : { data_preprocess: { add_bos: false, legacy_start_end_bos: false } }),
    ...(tokenizerName === undefined ? {} : { tokenizer: { name: tokenizerName } }),
  };
}
