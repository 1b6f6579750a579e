import { cast, gelu, reshape, rotary, split } from "@sdtt/graph";
import type { Dimension, Value } from "@sdtt/graph";
import type { ParameterSource } from "./parameter-source.ts";
import { project } from "./project.ts";
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

/**
 * What attention takes, each `[batch, length, hidden]` in the type of the blocks' products: queries and keys are turned by
 * their positions.
 */
export function queriesKeysValues(options: ProjectionOptions): [queries: Value, keys: Value, values: Value] {
  const { parameters, tables, grid, name, x } = options;
  const { matrixDtype } = parameters;
  const projected = project(parameters, x, { weight: `${name}.attn_qkv.weight` });
  const [q, k, v] = split(projected, { axis: 1, parts: 3 }).map((part) =>
    reshape(part, [...grid, x.shape[1]!]),
  ) as [Value, Value, Value];
  const [cosines, sines] = [cast(tables.cosines, matrixDtype), cast(tables.sines, matrixDtype)];
  const turn = (value: Value) => rotary(value, cosines, sines);
  return [turn(q), turn(k), v];
}

/** The projection after the attention: back to the type of the residual stream. */
export function attentionOutput(parameters: ParameterSource, name: string, mixed: Value): Value {
  return cast(project(parameters, mixed, { weight: `${name}.attn_out.weight` }), parameters.dtype);
}

/** Two layers, four times as wide between them, with GELU; from and to the type of the residual stream. */
export function mlp(parameters: ParameterSource, name: string, x: Value): Value {
  const layer = (part: string, value: Value) =>
    project(parameters, value, { weight: `${name}.${part}.weight`, bias: `${name}.${part}.bias` });
  return cast(layer("2", gelu(layer("0", x))), parameters.dtype);
}
