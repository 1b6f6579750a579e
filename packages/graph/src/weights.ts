import type { DataType, Tensor } from "@sdtt/core";

/** Where the bytes of a weight lie: little-endian, contiguous, row-major, in a file that ONNX Runtime maps. */
export interface WeightLocation {
  /** The real path of the file (no symbolic link). */
  readonly path: string;
  /** Byte offset from the start of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

/** One weight: its type and shape, and either the place it lies in a file or its values. */
export interface Weight {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly source: { readonly location: WeightLocation } | { readonly tensor: Tensor };
}

/** Weights by parameter name. */
export type Weights = ReadonlyMap<string, Weight>;
