import { cast, gemm, int8Linear } from "@sdtt/graph";
import type { Value } from "@sdtt/graph";
import type { ParameterSource } from "./parameter-source.ts";

export interface ProjectOptions {
  /** One of `blockMatrices`, by its name. */
  readonly weight: string;
  /** `[out]` */
  readonly bias?: string;
  /** How the weight is stored: `[out, in]`, or transposed, as GPT-2's are. */
  readonly transposed?: boolean;
}

/** A linear layer of a block, from `[rows, in]` to `[rows, out]`, in what the blocks' products are computed in. */
export function project(
  parameters: ParameterSource,
  x: Value,
  { weight, bias, transposed = false }: ProjectOptions,
): Value {
  const c = bias === undefined ? {} : { c: parameters.matrix(bias) };
  const int8 = parameters.int8Matrix(weight);
  if (int8) return int8Linear(x, { ...int8, bias: c.c });
  return gemm(cast(x, parameters.matrixDtype), parameters.matrix(weight), { ...c, transposeB: !transposed });
}
