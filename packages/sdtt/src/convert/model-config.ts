import type { ModelDescription } from "@sdtt/models";
import type { Provenance } from "./provenance.ts";

export interface ModelConfigOptions {
  readonly description: ModelDescription;
  /** As Transformers knows it, or a path beside the config. */
  readonly tokenizerName?: string | undefined;
  readonly provenance?: Provenance | undefined;
}

/** The content of a `config.json` as SDTT writes them: the part of its Hydra config that says what the model is. */
export function modelConfig({ description, tokenizerName, provenance }: ModelConfigOptions): object {
  const { family, config } = description;
  return {
    parameterization: { name: family === "sdtt" ? "multi-round-sdtt" : family },
    time_conditioning: config.timeConditioning,
    model: {
      type: "ddit-orig",
      hidden_size: config.hiddenSize,
      cond_dim: config.conditionSize,
      length: config.length,
      n_blocks: config.blockCount,
      n_heads: config.headCount,
      scale_by_sigma: true,
      dropout: 0,
      tie_word_embeddings: false,
    },
    ...(tokenizerName === undefined ? {} : { tokenizer: { name: tokenizerName } }),
    ...(provenance ? { provenance } : {}),
  };
}
