import { SdttError } from "@sdtt/core";
import type { DataType } from "@sdtt/core";
import { cast, multiply, parameter, scaleName } from "@sdtt/graph";
import type { StoredNumbers, Value, Weights } from "@sdtt/graph";
import type { DitConfig } from "./config.ts";
import { ditParameters } from "./parameters.ts";
import type { ParameterSpec } from "./parameters.ts";

export interface ParameterSource {
  /** The type that the network computes in. */
  readonly dtype: DataType;
  /** A parameter by its name, in the computing type. */
  get(name: string): Value;
  /** Its first `rows` rows. No copy: the file holds them at the same place. */
  leadingRows(name: string, rows: number): Value;
}

export interface DeclareOptions {
  /** Gives the stored type of each weight, and the scale of those in int8; without it parameters are declared in the computing type. */
  readonly weights?: Weights | undefined;
  /** The type that the network computes in. */
  readonly dtype?: DataType;
}

export interface ParameterSourceOptions extends DeclareOptions {
  readonly config: DitConfig;
}

/**
 * Declares the parameters of a DiT, each once, and casts what is stored in another type than is computed in. ONNX Runtime
 * does that once, when it loads.
 */
export function createParameterSource({ config, ...options }: ParameterSourceOptions): ParameterSource {
  return declareParameters(ditParameters(config), options);
}

/** The same for the parameters of any network. */
export function declareParameters(
  specs: readonly ParameterSpec[],
  { weights, dtype = "float32" }: DeclareOptions,
): ParameterSource {
  const shapes = new Map(specs.map((spec) => [spec.name, spec.shape]));
  const declared = new Map<string, Value>();
  const declare = (name: string, rows?: number): Value => {
    const known = declared.get(name);
    if (known) return known;
    const whole = shapes.get(name);
    if (!whole) throw new SdttError("usage", `This model has no parameter ${name}.`);
    const shape = rows === undefined ? whole : whole.with(0, rows);
    const stored = weights?.get(name);
    const plain = cast(parameter(name, stored?.dtype ?? dtype, shape), dtype);
    const value = stored?.scale ? multiply(plain, declareScale(name, stored.scale, shape[0]!, dtype)) : plain;
    declared.set(name, value);
    return value;
  };
  return { dtype, get: (name) => declare(name), leadingRows: declare };
}

function declareScale(name: string, scale: StoredNumbers, rows: number, dtype: DataType): Value {
  return cast(parameter(scaleName(name), scale.dtype, [rows, 1]), dtype);
}
