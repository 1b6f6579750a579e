import type { Node, Value } from "../value.ts";

/**
 * Reverse-mode derivative of one operator: from the gradients of a node's outputs to those of its inputs. An output that
 * the result does not depend on has no gradient; nor has an input that cannot be moved a little, such as an index.
 * Gradients are built, not computed: what nobody asks for is never written.
 */
export type Rule = (
  node: Node,
  outputGradients: readonly (Value | undefined)[],
) => readonly (Value | undefined)[];

/** The rule of an operator with one output, which has a gradient whenever the rule is asked. */
export function singleOutputRule(
  rule: (gradient: Value, node: Node) => readonly (Value | undefined)[],
): Rule {
  return (node, [gradient]) => rule(gradient!, node);
}
