import { add, attention, cachedAttention, gather, multiplyDimensions, range, reshape } from "@sdtt/graph";
import type { Dimension, KeysAndValues, Value } from "@sdtt/graph";
import type { CausalArchitecture, CausalNetwork } from "./causal-architecture.ts";
import { causalDit } from "./causal-dit.ts";
import type { CausalDescription } from "./config.ts";
import { gpt2 } from "./gpt2.ts";
import type { ParameterSource } from "./parameter-source.ts";
import { dropBranch, throughBlock } from "./training.ts";
import type { TrainingOptions } from "./training.ts";

export interface CausalOptions {
  readonly model: CausalDescription;
  /** Declares what `causalParameters` lists. */
  readonly parameters: ParameterSource;
  /** Ids, int64 `[batch, length]`. */
  readonly tokens: Value;
  /** Rows of the flattened (batch, length) grid that are wanted, int64 `[rows]`. */
  readonly rows: Value;
}

const architectures: Readonly<Record<CausalDescription["family"], CausalArchitecture>> = {
  ar: causalDit,
  gpt2,
};

/**
 * An autoregressive transformer up to the hidden rows that the vocabulary projection takes, after its last norm,
 * `[rows, hidden]`: row i speaks of the token after position i. Whole sequences at once, to train and to score.
 */
export function causalHidden(options: CausalOptions & TrainingOptions): Value {
  const heads = options.model.config.headCount;
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
  const heads = options.model.config.headCount;
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

/** What all autoregressive transformers have in common: pre-norm blocks on a residual stream. */
function network(options: NetworkOptions): Value {
  const { model, parameters, tokens, rows, start, attend, dropout, recompute } = options;
  const grid = tokens.shape as [Dimension, Dimension];
  const positions = multiplyDimensions(...grid);
  const layers: CausalNetwork = architectures[model.family]({
    config: model.config,
    parameters,
    grid,
    ...(start ? { start } : {}),
  });
  const everywhere = range(positions);
  const last = model.config.blockCount - 1;

  function block(index: number, before: Value): Value {
    const [q, k, v] = layers.queriesKeysValues(
      index,
      layers.norm({ block: index, part: "attention" }, before),
    );
    const mixed = reshape(attend(index, q, k, v), before.shape);
    // Past the last attention only the wanted rows are computed.
    const select = (value: Value) => (index === last ? gather(value, rows) : value);
    const place = { dropout, block: index, rows: index === last ? rows : everywhere };
    const attended = layers.attentionOutput(index, select(mixed));
    const x = add(select(before), dropBranch(attended, { ...place, part: "attention" }));
    const inner = layers.mlp(index, layers.norm({ block: index, part: "mlp" }, x));
    return add(x, dropBranch(inner, { ...place, part: "mlp" }));
  }

  let x = layers.embed(reshape(tokens, [positions]));
  for (let index = 0; index < last; index++) x = throughBlock(x, { recompute }, (y) => block(index, y));
  return layers.norm("final", block(last, x));
}
