import { layerNorm } from "@sdtt/graph";
import type { CausalArchitecture, NormPlace } from "./causal-architecture.ts";
import { rotaryTables } from "./rotary-tables.ts";
import { attentionOutput, mlp, queriesKeysValues } from "./sublayers.ts";

/** The autoregressive baseline of MDLM and SDTT (`ar_orig` in their configs): a DiT's blocks without conditioning. */
export const causalDit: CausalArchitecture = ({ config, parameters, grid, start }) => {
  const headSize = config.hiddenSize / config.headCount;
  const { dtype } = parameters;
  const tables = rotaryTables({ length: grid[1], headSize, dtype, ...(start ? { start } : {}) });
  const blockName = (block: number) => `blocks.${block}`;
  return {
    embed: (tokens) => parameters.rows("vocab_embed.embedding", tokens),
    norm: (place, x) => layerNorm(x, { scale: parameters.get(`${normName(place)}.weight`) }),
    queriesKeysValues: (block, x) =>
      queriesKeysValues({ parameters, tables, grid, name: blockName(block), x }),
    attentionOutput: (block, mixed) => attentionOutput(parameters, blockName(block), mixed),
    mlp: (block, x) => mlp(parameters, `${blockName(block)}.mlp`, x),
  };
};

function normName(place: NormPlace): string {
  if (place === "final") return "output_layer.norm_final";
  return `blocks.${place.block}.${place.part === "attention" ? "norm1" : "norm2"}`;
}
