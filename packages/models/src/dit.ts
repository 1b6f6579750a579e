import { SdttError } from "@sdtt/core";
import { add, attention, gather, multiply, multiplyDimensions, range, reshape } from "@sdtt/graph";
import type { Dimension, Value } from "@sdtt/graph";
import type { DitConfig } from "./config.ts";
import { embedTokens } from "./embed-tokens.ts";
import { conditioningOf, modulatedNorm, modulations, spreadOver } from "./modulation.ts";
import type { Conditioning, Spread } from "./modulation.ts";
import type { ParameterSource } from "./parameter-source.ts";
import { rotaryTables } from "./rotary-tables.ts";
import type { RotaryTables } from "./rotary-tables.ts";
import { attentionOutput, mlp, queriesKeysValues } from "./sublayers.ts";
import type { ProjectionOptions } from "./sublayers.ts";
import { dropBranch, throughBlock } from "./training.ts";
import type { TrainingOptions } from "./training.ts";

export interface DitOptions extends TrainingOptions {
  readonly config: DitConfig;
  readonly parameters: ParameterSource;
  /** Ids, int64 `[batch, length]`. */
  readonly tokens: Value;
  /** Rows of the flattened (batch, length) grid that are wanted, int64 `[rows]`. */
  readonly rows: Value;
  /** Noise levels `[batch]`, for time-conditioned models. Absent: sigma = 0 for all, as MDLM and SDTT feed it. */
  readonly sigma?: Value;
  /** Random vectors, float32 `[batch, noiseSize]`, for models with a noise input. */
  readonly noise?: Value | undefined;
}

/**
 * The diffusion transformer of SEDD, MDLM and SDTT: rotary attention and MLP under adaLN, up to the hidden rows that the
 * vocabulary projection takes, `[rows, hidden]`. Past the last attention only the wanted rows are computed.
 */
export function ditHidden(options: DitOptions): Value {
  const { config, parameters, tokens, rows, sigma, noise, recompute, dropout } = options;
  if (config.timeConditioning && !sigma) {
    throw new SdttError(
      "usage",
      "This model is conditioned on time: it needs the noise level sigma of each sequence.",
    );
  }
  const [batch, length] = tokens.shape as [Dimension, Dimension];
  const positions = multiplyDimensions(batch, length);
  const conditioning = conditioningOf(parameters, sigma);
  const grid = range(positions);
  const everywhere = spreadOver(conditioning, length, grid);
  const atRows = spreadOver(conditioning, length, rows);
  const tables = rotaryTables({
    length,
    headSize: config.hiddenSize / config.headCount,
    dtype: parameters.dtype,
  });
  const network = { config, parameters, conditioning, tables, grid: [batch, length] as const, dropout };

  let x = embedTokens({ config, parameters, tokens, noise });
  const last = config.blockCount - 1;
  for (let index = 0; index < last; index++) {
    const own = { ...network, index, rows: grid, before: everywhere, after: everywhere };
    x = throughBlock(x, { recompute }, (y) => block({ ...own, x: y }));
  }
  const select = (value: Value) => gather(value, rows);
  x = block({ ...network, index: last, x, rows, select, before: everywhere, after: atRows });

  const [shift, scale] = modulations(parameters, "output_layer.adaLN_modulation", conditioning, 2).map(
    atRows,
  );
  return modulatedNorm({
    x,
    weight: parameters.get("output_layer.norm_final.weight"),
    shift: shift!,
    scale: scale!,
  });
}

interface BlockOptions {
  readonly config: DitConfig;
  readonly parameters: ParameterSource;
  readonly conditioning: Conditioning;
  readonly tables: RotaryTables;
  readonly grid: readonly [batch: Dimension, length: Dimension];
  readonly index: number;
  /** `[positions, hidden]` */
  readonly x: Value;
  /** The positions that it continues with after the attention, int64 `[rows]`. */
  readonly rows: Value;
  /** Takes them from all; absent where they are all. */
  readonly select?: (value: Value) => Value;
  readonly dropout: TrainingOptions["dropout"];
  /** How modulations reach the rows before and after that choice. */
  readonly before: Spread;
  readonly after: Spread;
}

/** Attention and MLP, each between a modulated norm and a gate. */
function block(options: BlockOptions): Value {
  const { parameters, conditioning, index, rows, select = (value) => value, dropout, ...rest } = options;
  const { before, after } = options;
  const name = `blocks.${index}`;
  const drop = (branch: Value, part: "attention" | "mlp") =>
    dropBranch(branch, { dropout, block: index, part, rows });
  const modulation = modulations(parameters, `${name}.adaLN_modulation`, conditioning, 6);
  const [shift1, scale1] = modulation.slice(0, 2).map(before) as [Value, Value];
  const [gate1, shift2, scale2, gate2] = modulation.slice(2).map(after) as [Value, Value, Value, Value];

  const normal1 = modulatedNorm({
    x: rest.x,
    weight: parameters.get(`${name}.norm1.weight`),
    shift: shift1,
    scale: scale1,
  });
  const mixed = select(selfAttention({ parameters, name, ...rest, x: normal1 }));
  const attended = drop(attentionOutput(parameters, name, mixed), "attention");
  const x = add(select(rest.x), multiply(gate1, attended));

  const normal2 = modulatedNorm({
    x,
    weight: parameters.get(`${name}.norm2.weight`),
    shift: shift2,
    scale: scale2,
  });
  return add(x, multiply(gate2, drop(mlp(parameters, `${name}.mlp`, normal2), "mlp")));
}

function selfAttention({ config, ...options }: ProjectionOptions & { config: DitConfig }): Value {
  const [q, k, v] = queriesKeysValues(options);
  return reshape(attention(q, k, v, { heads: config.headCount }), options.x.shape);
}
