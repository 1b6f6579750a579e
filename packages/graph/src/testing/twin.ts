import { cast } from "../index.ts";
import type { Value } from "../index.ts";
import type { Plain } from "./plain.ts";

/** Shapes of the operands a, b, c; the graph; the same said plainly. */
export type Twin = readonly [
  shapes: readonly (readonly number[])[],
  graph: (a: Value, b: Value, c: Value) => Value,
  twin: (a: Plain, b: Plain, c: Plain) => Plain,
];

/** Twins are compared in float64. */
export const asNumber = (x: Value): Value => cast(x, "float64");
