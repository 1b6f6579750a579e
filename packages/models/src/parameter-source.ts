import { SdttError } from "@sdtt/core";
import type { DataType } from "@sdtt/core";
import { cast, parameter } from "@sdtt/graph";
import type { Value, Weights } from "@sdtt/graph";
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
  /** Gives the stored type of each weight; without it parameters are declared in the computing type. */
  readonly weights?: Weights | undefined;
  /** The type that the network computes in. */
  readonly dtype?: DataType;
}

export interface ParameterSourceOptions extends DeclareOptions {
  readonly config: DitConfig;
}

/** Declares the parameters of a DiT, each once, and casts what is stored in another type than is computed in. */
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
    const shape = shapes.get(name);
    if (!shape) throw new SdttError("usage", `This model has no parameter ${name}.`);
    const stored = weights?.get(name)?.dtype ?? dtype;
    const value = cast(parameter(name, stored, rows === undefined ? shape : shape.with(0, rows)), dtype);
    declared.set(name, value);
    return value;
  };
  return { dtype, get: (name) => declare(name), leadingRows: declare };
}
