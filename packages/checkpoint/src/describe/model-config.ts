import { gpt2Epsilon, isCausal, trainedWithBos } from "@sdtt/models";
import type { CausalConfig, ModelDescription } from "@sdtt/models";

/**
 * The content of a `config.json`. Of a GPT-2 as Transformers writes them, of all others as SDTT does: the part of its Hydra config that says what the model is, and what
 * `openCheckpoint` reads.
 */
export function modelConfig(options: {
  description: ModelDescription;
  /** As Transformers knows it, or a path beside the config. */
  tokenizerName?: string | undefined;
}): Record<string, unknown> {
  const { description, tokenizerName } = options;
  const { family, config } = description;
  if (family === "gpt2") return gpt2Config(config);
  const conditioned = isCausal(description) ? undefined : description.config;
  return {
    parameterization: { name: family === "sdtt" ? "multi-round-sdtt" : family },
    time_conditioning: conditioned?.timeConditioning ?? false,
    ...(conditioned ? { noise: { type: "loglinear" } } : {}),
    model: {
      type: conditioned ? "ddit-orig" : "ar_orig",
      hidden_size: config.hiddenSize,
      ...(conditioned ? { cond_dim: conditioned.conditionSize, scale_by_sigma: true } : {}),
      ...(conditioned?.noiseSize === undefined ? {} : { noise_size: conditioned.noiseSize }),
      length: config.length,
      n_blocks: config.blockCount,
      n_heads: config.headCount,
      dropout: 0,
      tie_word_embeddings: false,
    },
    ...(isCausal(description) || trainedWithBos(description)
      ? {}
      : { data_preprocess: { add_bos: false, legacy_start_end_bos: false } }),
    ...(tokenizerName === undefined ? {} : { tokenizer: { name: tokenizerName } }),
  };
}

function gpt2Config(config: CausalConfig): Record<string, unknown> {
  return {
    model_type: "gpt2",
    architectures: ["GPT2LMHeadModel"],
    vocab_size: config.vocabSize,
    n_positions: config.length,
    n_embd: config.hiddenSize,
    n_layer: config.blockCount,
    n_head: config.headCount,
    activation_function: "gelu_new",
    layer_norm_epsilon: gpt2Epsilon,
  };
}
