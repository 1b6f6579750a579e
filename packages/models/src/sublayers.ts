import { gelu, linear, reshape, rotary, split } from "@sdtt/graph";
import type { Dimension, Value } from "@sdtt/graph";
import type { ParameterSource } from "./parameter-source.ts";
import type { RotaryTables } from "./rotary-tables.ts";

export interface ProjectionOptions {
  readonly parameters: ParameterSource;
  readonly tables: RotaryTables;
  readonly grid: readonly [batch: Dimension, length: Dimension];
  /** Of the block. */
  readonly name: string;
  /** `[positions, hidden]` */
  readonly x: Value;
}

/** What attention takes, each `[batch, length, hidden]`: queries and keys are turned by their positions. */
export function queriesKeysValues(options: ProjectionOptions): [queries: Value, keys: Value, values: Value] {
  const { parameters, tables, grid, name, x } = options;
  const projected = linear(x, parameters.get(`${name}.attn_qkv.weight`));
  const [q, k, v] = split(projected, { axis: 1, parts: 3 }).map((part) =>
    reshape(part, [...grid, x.shape[1]!]),
  ) as [Value, Value, Value];
  const turn = (value: Value) => rotary(value, tables.cosines, tables.sines);
  return [turn(q), turn(k), v];
}

/** Two layers, four times as wide between them, with GELU. */
export function mlp(parameters: ParameterSource, name: string, x: Value): Value {
  const inner = linear(x, parameters.get(`${name}.0.weight`), parameters.get(`${name}.0.bias`));
  return linear(gelu(inner), parameters.get(`${name}.2.weight`), parameters.get(`${name}.2.bias`));
}
