import type { Node, Value } from "./value.ts";

/** Every node that the values need, each after those it depends on. */
export function topologicalOrder(values: readonly Value[]): Node[] {
  const order: Node[] = [];
  const state = new Map<Node, "open" | "done">();
  const stack: Node[] = values.map((value) => value.node).toReversed();
  while (stack.length > 0) {
    const node = stack.at(-1)!;
    if (state.get(node) === undefined) {
      state.set(node, "open");
      for (const input of node.inputs.toReversed()) if (!state.has(input.node)) stack.push(input.node);
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
