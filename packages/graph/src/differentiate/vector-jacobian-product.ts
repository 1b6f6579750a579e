import { SdttError } from "@sdtt/core";
import { formatShape, sameShape } from "../dimension.ts";
import { isReal } from "../ops/cast.ts";
import { add } from "../ops/elementwise.ts";
import { topologicalOrder } from "../order.ts";
import { mismatch } from "../value.ts";
import type { Node, Value } from "../value.ts";
import { recomputedInputs } from "./checkpoint.ts";
import { rules } from "./rules.ts";

export interface VectorJacobianProductOptions {
  readonly outputs: readonly Value[];
  /** What each output is weighted with, of its type and shape: the gradient of some loss with respect to it. */
  readonly cotangents: readonly Value[];
  /** With respect to what. These count as independent of one another, even where one is computed from another. */
  readonly inputs: readonly Value[];
}

/**
 * The gradients of `sum of cotangents * outputs` for each of the inputs, by reverse-mode differentiation; undefined for
 * an input that the outputs do not depend on.
 *
 * @throws SdttError `usage` for an operator on the way that has no derivative.
 */
export function vectorJacobianProduct({
  outputs,
  cotangents,
  inputs,
}: VectorJacobianProductOptions): (Value | undefined)[] {
  const independent = new Set(inputs);
  const order = topologicalOrder(outputs, (value) => independent.has(value));
  const dependent = valuesThatDepend(order, independent);
  const gradients = new Map<Value, Value>();
  const receive = (value: Value, gradient: Value | undefined, from: string) => {
    if (!gradient || !dependent.has(value)) return;
    if (gradient.dtype !== value.dtype || !sameShape(gradient.shape, value.shape)) {
      throw mismatch(from, [value, gradient], "a gradient of the type and shape of its value");
    }
    const before = gradients.get(value);
    gradients.set(value, before ? add(before, gradient) : gradient);
  };

  outputs.forEach((output, i) => receive(output, cotangents[i], "vectorJacobianProduct"));
  for (const node of order.toReversed()) {
    const received = node.outputs.map((output) =>
      independent.has(output) ? undefined : gradients.get(output),
    );
    if (received.every((gradient) => !gradient)) continue;
    const given = pullBack(node, received);
    node.inputs.forEach((input, i) => receive(input, given[i], node.operator.name));
  }
  return inputs.map((input) => gradients.get(input));
}

/** The independent values and all that a small change of them moves. */
function valuesThatDepend(order: readonly Node[], independent: ReadonlySet<Value>): ReadonlySet<Value> {
  const dependent = new Set(independent);
  for (const node of order) {
    if (!node.inputs.some((input) => dependent.has(input))) continue;
    for (const output of node.outputs) if (isReal(output.dtype)) dependent.add(output);
  }
  return dependent;
}

/** From the gradients of a node's outputs to those of its inputs. */
function pullBack(node: Node, received: readonly (Value | undefined)[]): readonly (Value | undefined)[] {
  const rule = rules.get(node.operator.name);
  if (rule) return rule(node, received);
  if (node.operator.decompose) return throughDecomposition(node, received);
  const [{ dtype, shape }] = node.outputs as [Value];
  throw new SdttError(
    "usage",
    `${node.operator.name} of ${dtype}${formatShape(shape)} has no derivative, but a gradient has to pass through it.`,
  );
}

function throughDecomposition(node: Node, received: readonly (Value | undefined)[]): (Value | undefined)[] {
  const inputs = recomputedInputs(node, received);
  const parts = node.operator.decompose!(inputs, node.attributes);
  const reached = [...parts.keys()].filter((i) => received[i]);
  const given = vectorJacobianProduct({
    outputs: reached.map((i) => parts[i]!),
    cotangents: reached.map((i) => received[i]!),
    inputs,
  });
  // A value that is two inputs at once has one gradient, already summed.
  return inputs.map((input, i) => (inputs.indexOf(input) === i ? given[i] : undefined));
}
