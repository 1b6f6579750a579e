import {
  add,
  attention,
  cachedAttention,
  gather,
  layerNorm,
  multiplyDimensions,
  range,
  reshape,
} from "@sdtt/graph";
import type { Dimension, KeysAndValues, Value } from "@sdtt/graph";
import type { CausalConfig } from "./config.ts";
import type { ParameterSource } from "./parameter-source.ts";
import { rotaryTables } from "./rotary-tables.ts";
import { attentionOutput, mlp, queriesKeysValues } from "./sublayers.ts";
import { dropBranch, throughBlock } from "./training.ts";
import type { TrainingOptions } from "./training.ts";

export interface CausalOptions {
  readonly config: CausalConfig;
  /** Declares what `causalParameters` lists. */
  readonly parameters: ParameterSource;
  /** Ids, int64 `[batch, length]`. */
  readonly tokens: Value;
  /** Rows of the flattened (batch, length) grid that are wanted, int64 `[rows]`. */
  readonly rows: Value;
}

/**
 * The autoregressive transformer that MDLM and SDTT compare with (`ar` in their configs), up to the hidden rows that the
 * vocabulary projection takes, `[rows, hidden]`: row i speaks of the token after position i. Whole sequences at once, to
 * train and to score.
 */
export function causalHidden(options: CausalOptions & TrainingOptions): Value {
  const heads = options.config.headCount;
  return network({ ...options, attend: (_, q, k, v) => attention(q, k, v, { heads, causal: true }) });
}

/** What one call leaves to the next: the keys and values of each block. */
export type CausalCache = readonly KeysAndValues[];

export interface CausalStepOptions extends CausalOptions {
  /** How many positions the cache holds, int64 `[1]`: the first of `tokens` stands there. */
  readonly start: Value;
  /** Keys and values of the positions before, `[batch, heads, past, head]`. */
  readonly past: CausalCache;
}

/**
 * The same network over new positions, with the keys and values of those before them kept: to generate. The hidden rows
 * equal those of `causalHidden` over the whole.
 */
export function causalStep(options: CausalStepOptions): { hidden: Value; present: CausalCache } {
  const heads = options.config.headCount;
  const present: KeysAndValues[] = [];
  const hidden = network({
    ...options,
    attend(block, q, k, v) {
      const attended = cachedAttention(q, k, v, { heads, past: options.past[block]!, total: "total" });
      present.push(attended.present);
      return attended.mixed;
    },
  });
  return { hidden, present };
}

interface NetworkOptions extends CausalOptions, TrainingOptions {
  readonly start?: Value;
  /** The attention of a block, `[batch, length, hidden]` as its queries, keys and values. */
  readonly attend: (block: number, q: Value, k: Value, v: Value) => Value;
}

function network(options: NetworkOptions): Value {
  const { config, parameters, tokens, rows, start, attend, dropout, recompute } = options;
  const grid = tokens.shape as [Dimension, Dimension];
  const positions = multiplyDimensions(...grid);
  const headSize = config.hiddenSize / config.headCount;
  const tables = rotaryTables({
    length: grid[1],
    headSize,
    dtype: parameters.dtype,
    ...(start ? { start } : {}),
  });
  const norm = (name: string, x: Value) => layerNorm(x, { scale: parameters.get(`${name}.weight`) });

  const everywhere = range(positions);
  const last = config.blockCount - 1;

  function block(index: number, before: Value): Value {
    const name = `blocks.${index}`;
    const normal = norm(`${name}.norm1`, before);
    const [q, k, v] = queriesKeysValues({ parameters, tables, grid, name, x: normal });
    const mixed = reshape(attend(index, q, k, v), before.shape);
    // Past the last attention only the wanted rows are computed.
    const select = (value: Value) => (index === last ? gather(value, rows) : value);
    const place = { dropout, block: index, rows: index === last ? rows : everywhere };
    const attended = attentionOutput(parameters, name, select(mixed));
    const x = add(select(before), dropBranch(attended, { ...place, part: "attention" }));
    const inner = mlp(parameters, `${name}.mlp`, norm(`${name}.norm2`, x));
    return add(x, dropBranch(inner, { ...place, part: "mlp" }));
  }

  let x = gather(parameters.get("vocab_embed.embedding"), reshape(tokens, [positions]));
  for (let index = 0; index < last; index++) x = throughBlock(x, { recompute }, (y) => block(index, y));
  return norm("output_layer.norm_final", block(last, x));
}
