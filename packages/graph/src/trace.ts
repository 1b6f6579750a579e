import { topologicalOrder } from "./order.ts";
import { leafAttributes, local } from "./value.ts";
import type { Value, ValueType } from "./value.ts";

/** A function that builds a graph, as a graph. */
export interface Trace {
  /** What stands for the arguments. */
  readonly standIns: readonly Value[];
  readonly results: readonly Value[];
  /** What the results read beside the arguments. */
  readonly captured: readonly Value[];
}

/**
 * Builds on stand-ins of the given types. What is captured is found by building twice: nodes that both results reach were
 * there before, the others are new each time. Named leaves count as there before, wherever they were declared.
 */
export function trace(
  build: (values: readonly Value[]) => readonly Value[],
  types: readonly ValueType[],
): Trace {
  const standIns = types.map(local);
  const isStandIn = (value: Value) => standIns.includes(value);
  const [results, again] = [build(standIns), build(standIns)];
  const shared = new Set(topologicalOrder(again, isStandIn));
  const isCaptured = (value: Value) =>
    !isStandIn(value) && (shared.has(value.node) || leafAttributes(value.node)?.name !== undefined);
  const own = topologicalOrder(results, isStandIn).filter((node) => !shared.has(node));
  const read = [...results, ...own.flatMap((node) => node.inputs)];
  return { standIns, results, captured: [...new Set(read.filter(isCaptured))] };
}
