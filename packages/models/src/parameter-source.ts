import { SdttError } from "@sdtt/core";
import type { DataType } from "@sdtt/core";
import { cast, dequantize, gather, multiply, parameter, parameterRows, scaleName } from "@sdtt/graph";
import type { StoredNumbers, Value, Weight, Weights } from "@sdtt/graph";
import type { DitConfig } from "./config.ts";
import { ditParameters } from "./parameters.ts";
import type { ParameterSpec } from "./parameters.ts";

/**
 * The types that the blocks' matrix products and attention may be computed in. Half types take a GPU half the memory and
 * a fraction of the time; all that sums up over blocks or rows stays in float32.
 */
export type MatrixType = "float32" | "float16" | "bfloat16";

/**
 * What a network that is not trained may compute in: in int8 the blocks' matrix products are those of whole numbers
 * (`int8Linear`), attention and all else float32.
 */
export type ComputeType = MatrixType | "int8";

/** The type of queries, keys and values where the blocks compute in `dtype`. */
export function attentionType(dtype: ComputeType = "float32"): MatrixType {
  return dtype === "int8" ? "float32" : dtype;
}

export interface ParameterSource {
  /** The type that the network computes in: its residual stream, its norms, its conditioning. */
  readonly dtype: DataType;
  /** The type of the attention inside the blocks, and of their matrix products where those are not in int8. */
  readonly matrixDtype: DataType;
  /** A parameter by its name, in the computing type. */
  get(name: string): Value;
  /**
   * The rows of a matrix `[rows, columns]` at int64 `[ids]`, in the computing type: `gather(get(name), ids)`, bit by bit.
   * Rows are looked up in the stored type, so that the matrix is never widened as a whole.
   */
  rows(name: string, ids: Value): Value;
  /** The same as `get` in the type of the blocks' products. */
  matrix(name: string): Value;
  /** One of `blockMatrices` for a product in int8, as `int8Weights` of @sdtt/runtime gives it; undefined where products are floats. */
  int8Matrix(name: string): { readonly values: Value; readonly scale: Value } | undefined;
  /** Its first `rows` rows. No copy: the file holds them at the same place. */
  leadingRows(name: string, rows: number): Value;
  /** The same in pieces of at most the weight's `rowsAtOnce`, one after another: one piece where it has none. */
  leadingPieces(name: string, rows: number): readonly Value[];
}

export interface DeclareOptions {
  /** Gives the stored type of each weight, and the scale of those in int8; without it parameters are declared in the computing type. */
  readonly weights?: Weights | undefined;
  /** The type that the network computes in. */
  readonly dtype?: DataType;
  /** What the blocks' products and attention are computed in, attention in `dtype` under int8; `dtype` if absent. */
  readonly matrixDtype?: DataType | undefined;
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
  { weights, dtype = "float32", matrixDtype: computed = dtype }: DeclareOptions,
): ParameterSource {
  const inInt8 = computed === "int8";
  const matrixDtype = inInt8 ? dtype : computed;
  const shapes = new Map(specs.map((spec) => [spec.name, spec.shape]));
  /** What the weights bring: one leaf for each name, whatever types it is used in. */
  const leaves = new Map<string, Value>();
  const leafOf = (name: string, rows?: number): Value => {
    const known = leaves.get(name);
    if (known) return known;
    const whole = shapes.get(name);
    if (!whole) throw new SdttError("usage", `This model has no parameter ${name}.`);
    const shape = rows === undefined ? whole : whole.with(0, rows);
    const leaf = parameter(name, weights?.get(name)?.dtype ?? dtype, shape);
    leaves.set(name, leaf);
    return leaf;
  };

  const scales = new Map<string, Value>();
  /** What each row of a weight in int8 is multiplied by, `[rows, 1]`, in the computing type. */
  const scaleOf = (name: string, rows: number): Value | undefined => {
    const scale = weights?.get(name)?.scale;
    if (!scale) return undefined;
    const known = scales.get(name);
    if (known) return known;
    const value = declareScale(name, scale, rows, dtype);
    scales.set(name, value);
    return value;
  };

  const declared = new Map<string, Value>();
  const declare = (type: DataType, name: string, rows?: number): Value => {
    const key = `${type} ${name}`;
    const known = declared.get(key);
    if (known) return known;
    const leaf = leafOf(name, rows);
    const scale = scaleOf(name, leaf.shape[0] as number);
    const value = scale ? cast(dequantize(leaf, scale), type) : cast(leaf, type);
    declared.set(key, value);
    return value;
  };
  return {
    dtype,
    matrixDtype,
    get: (name) => declare(dtype, name),
    rows(name, ids) {
      const leaf = leafOf(name);
      const found = cast(gather(leaf, ids), dtype);
      const scale = scaleOf(name, leaf.shape[0] as number);
      return scale ? multiply(found, gather(scale, ids)) : found;
    },
    matrix: (name) => declare(matrixDtype, name),
    int8Matrix: (name) => (inInt8 ? declareInt8(name, weights?.get(name), dtype) : undefined),
    leadingRows: (name, rows) => declare(dtype, name, rows),
    leadingPieces(name, rows) {
      const weight = weights?.get(name);
      if (!weight?.rowsAtOnce || rows <= weight.rowsAtOnce) return [declare(dtype, name, rows)];
      return declarePieces(name, weight, rows, weight.rowsAtOnce, dtype);
    },
  };
}

/** The first `rows` rows of a weight, `rowsAtOnce` at a time. */
function declarePieces(name: string, weight: Weight, rows: number, rowsAtOnce: number, dtype: DataType) {
  const { scale } = weight;
  return Array.from({ length: Math.ceil(rows / rowsAtOnce) }, (_, i) => {
    const first = i * rowsAtOnce;
    const count = Math.min(rowsAtOnce, rows - first);
    const values = parameterRows(name, { first, dtype: weight.dtype, shape: weight.shape.with(0, count) });
    if (!scale) return cast(values, dtype);
    const factor = { first, dtype: scale.dtype, shape: [count, 1] };
    return dequantize(values, cast(parameterRows(scaleName(name), factor), dtype));
  });
}

function declareInt8(name: string, weight: Weight | undefined, dtype: DataType) {
  if (weight?.dtype !== "int8" || !weight.scale) {
    throw new SdttError(
      "usage",
      `To compute in int8, ${name} must be quantised; got ${weight?.dtype ?? "none"}.`,
    );
  }
  const { shape, scale } = weight;
  return { values: parameter(name, "int8", shape), scale: declareScale(name, scale, shape[0]!, dtype) };
}

function declareScale(name: string, scale: StoredNumbers, rows: number, dtype: DataType): Value {
  return cast(parameter(scaleName(name), scale.dtype, [rows, 1]), dtype);
}
