import { topologicalOrder } from "./order.ts";
import { leafAttributes } from "./value.ts";
import type { Value } from "./value.ts";

/**
 * What a function that builds a graph reads beside its arguments: found by building twice. Nodes that both results reach
 * were there before; the others are new each time. Named leaves count as there before, wherever they were declared.
 */
export function capturedValues(options: {
  first: readonly Value[];
  second: readonly Value[];
  /** The arguments of the function. */
  own: readonly Value[];
}): Value[] {
  const own = new Set(options.own);
  const isOwn = (value: Value) => own.has(value);
  const shared = new Set(topologicalOrder(options.second, isOwn));
  const nodes = topologicalOrder(options.first, isOwn);
  const isCaptured = (value: Value) =>
    !isOwn(value) && (shared.has(value.node) || leafAttributes(value.node)?.name !== undefined);
  const read = nodes.filter((node) => !shared.has(node)).flatMap((node) => node.inputs);
  return [...new Set([...options.first, ...read].filter(isCaptured))];
}
