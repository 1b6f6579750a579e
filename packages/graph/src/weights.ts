import type { DataType, Tensor } from "@sdtt/core";

/** Where the bytes of a weight lie: little-endian, contiguous, row-major, in a file that ONNX Runtime maps. */
export interface WeightLocation {
  /** The real path of the file (no symbolic link). */
  readonly path: string;
  /** Byte offset from the start of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

/** Numbers on disk or in memory: their type and shape, and either the place they lie in a file or the values. */
export interface StoredNumbers {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly source: { readonly location: WeightLocation } | { readonly tensor: Tensor };
}

/** One weight. */
export interface Weight extends StoredNumbers {
  /** Of an int8 matrix `[rows, columns]`: what each of its rows is multiplied by, floats `[rows, 1]`. */
  readonly scale?: StoredNumbers | undefined;
  /**
   * How many of its rows a head widens at a time, in each run, so that the whole is never held as floats. Absent: it is widened
   * once, when the program is loaded.
   */
  readonly rowsAtOnce?: number | undefined;
}

/** Weights by parameter name. */
export type Weights = ReadonlyMap<string, Weight>;

/** The name that the scale of a weight goes by, in a graph as in a file: compressed-tensors calls it so. */
export function scaleName(name: string): string {
  return `${name}_scale`;
}
