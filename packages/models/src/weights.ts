import type { DataType, Tensor } from "@sdtt/core";
import type { WeightLocation } from "./parameters.ts";

/** One weight: its type and shape, and either the place it lies in a file or its values. */
export interface Weight {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly source: { readonly location: WeightLocation } | { readonly tensor: Tensor };
}

/** Weights by the names of `ditParameters`. */
export type Weights = ReadonlyMap<string, Weight>;
