import { SdttError } from "@sdtt/core";
import { gpt2Epsilon } from "@sdtt/models";
import { z } from "zod";
import { claim, optionalFlag, optionalSize, parseConfig } from "./model-claims.ts";
import type { ConfigDialect } from "./model-claims.ts";

/** The config of GPT-2 as a Transformers model: `openai-community/gpt2` and what was trained from it. */
export const gpt2Dialect: ConfigDialect = {
  matches: ({ model_type }) => model_type === "gpt2",
  read(config, where) {
    const parsed = parseConfig(gpt2Config, config, where);
    refuseVariants(parsed, where);
    return {
      family: "gpt2",
      timeConditioning: false,
      vocabSize: claim(parsed.vocab_size, "vocab_size"),
      hiddenSize: claim(parsed.n_embd, "n_embd"),
      blockCount: claim(parsed.n_layer, "n_layer"),
      headCount: claim(parsed.n_head, "n_head"),
      length: claim(parsed.n_positions, "n_positions"),
    };
  },
};

const gpt2Config = z.object({
  vocab_size: optionalSize,
  n_embd: optionalSize,
  n_layer: optionalSize,
  n_head: optionalSize,
  n_positions: optionalSize,
  n_inner: optionalSize,
  activation_function: z.string().optional(),
  layer_norm_epsilon: z.number().optional(),
  scale_attn_weights: optionalFlag,
  scale_attn_by_inverse_layer_idx: optionalFlag,
  add_cross_attention: optionalFlag,
  tie_word_embeddings: optionalFlag,
});

/** What the tanh form of GELU is called. */
const geluNames: ReadonlySet<string> = new Set(["gelu_new", "gelu_pytorch_tanh", "gelu_fast"]);

/** What Transformers can vary and no tensor shows. */
function refuseVariants(config: z.infer<typeof gpt2Config>, where: string): void {
  const { activation_function: activation = "gelu_new", layer_norm_epsilon: epsilon = gpt2Epsilon } = config;
  const variants = [
    !geluNames.has(activation) && `activation_function ${JSON.stringify(activation)}, expected "gelu_new"`,
    epsilon !== gpt2Epsilon && `layer_norm_epsilon ${epsilon}, expected ${gpt2Epsilon}`,
    config.n_inner !== undefined &&
      config.n_embd !== undefined &&
      config.n_inner !== 4 * config.n_embd &&
      `n_inner ${config.n_inner}, expected four times n_embd`,
    config.scale_attn_weights === false && "scale_attn_weights false",
    config.scale_attn_by_inverse_layer_idx === true && "scale_attn_by_inverse_layer_idx true",
    config.add_cross_attention === true && "add_cross_attention true",
    config.tie_word_embeddings === false && "tie_word_embeddings false",
  ].filter((variant) => variant !== false);
  if (variants.length === 0) return;
  throw new SdttError(
    "checkpoint",
    `${where} describes a variant of GPT-2 that cannot be run: ${variants.join("; ")}.`,
  );
}
