import type { Node, Value } from "./value.ts";

/**
 * Every node that the values need, each after those it depends on. `isKnown` cuts the walk short: what a known value is
 * made of is not looked at.
 */
export function topologicalOrder(
  values: readonly Value[],
  isKnown: (value: Value) => boolean = () => false,
): Node[] {
  const order: Node[] = [];
  const state = new Map<Node, "open" | "done">();
  const stack: Node[] = [];
  const visit = (needed: readonly Value[]) => {
    for (const value of needed.toReversed()) {
      if (!state.has(value.node) && !isKnown(value)) stack.push(value.node);
    }
  };
  visit(values);
  while (stack.length > 0) {
    const node = stack.at(-1)!;
    if (state.get(node) === undefined) {
      state.set(node, "open");
      visit(node.inputs);
    } else {
      stack.pop();
      if (state.get(node) === "open") {
        state.set(node, "done");
        order.push(node);
      }
    }
  }
  return order;
}
