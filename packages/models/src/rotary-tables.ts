import { tensor } from "@sdtt/core";
import { add, cast, constant, cosine, multiply, range, reshape, sine } from "@sdtt/graph";
import type { Dimension, Value } from "@sdtt/graph";
import type { DataType } from "@sdtt/core";

export interface RotaryTables {
  /** `[length, head / 2]` */
  readonly cosines: Value;
  readonly sines: Value;
}

/**
 * Angles position / 10000^(2i / head), for as many positions as `length` says, from 0 or from `start` (int64 `[]` or
 * `[1]`) on. Computed in the graph, so that any length works;
 * in the network's own type, as the original computes them.
 */
export function rotaryTables(options: {
  length: Dimension;
  headSize: number;
  dtype: DataType;
  start?: Value;
}): RotaryTables {
  const { length, headSize, dtype, start } = options;
  const half = headSize / 2;
  const frequencies = Array.from({ length: half }, (_, i) => 10_000 ** ((-2 * i) / headSize));
  const table = constant(
    dtype === "float64"
      ? tensor("float64", [1, half], Float64Array.from(frequencies))
      : tensor("float32", [1, half], Float32Array.from(frequencies)),
  );
  const places = start ? add(range(length), start) : range(length);
  const positions = reshape(cast(places, dtype), [length, 1]);
  const angles = multiply(positions, table);
  return { cosines: cosine(angles), sines: sine(angles) };
}
