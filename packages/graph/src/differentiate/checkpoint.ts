import { multiplyDimensions } from "../dimension.ts";
import { cast, isReal } from "../ops/cast.ts";
import { add, multiply } from "../ops/elementwise.ts";
import { reshape } from "../ops/layout.ts";
import { slice } from "../ops/parts.ts";
import { reduceSum } from "../ops/reduce.ts";
import { scalar } from "../scalar.ts";
import { trace } from "../trace.ts";
import { applyAll } from "../value.ts";
import type { Node, Operator, Value, ValueType } from "../value.ts";

interface CheckpointAttributes {
  readonly build: (inputs: readonly Value[]) => readonly Value[];
  readonly types: readonly ValueType[];
  /** How many of the node's inputs are those of `build`; the others are what it captured. */
  readonly count: number;
}

/** Never written as such: stands for its decomposition. */
const checkpointOperator: Operator<CheckpointAttributes> = {
  name: "Checkpoint",
  infer: (_, { types }) => types,
  decompose: (inputs, { build, count }) => build(inputs.slice(0, count)),
  kernels: [],
  emit: () => [],
};

/**
 * What `build` makes of the inputs, computed once more in the backward pass instead of kept until then (Chen et al. 2016):
 * of a block, its inputs are held and not what lies between. `build` may read any value of the graph around it; gradients
 * reach those as well.
 */
export function checkpoint(
  inputs: readonly Value[],
  build: (inputs: readonly Value[]) => readonly Value[],
): readonly Value[] {
  const { results: types, captured } = trace(build, inputs);
  return applyAll(checkpointOperator, [...inputs, ...captured], { build, types, count: inputs.length });
}

/**
 * The inputs that a node's decomposition is differentiated on. Those of a checkpoint stand behind a barrier: each made to
 * wait for a gradient that the backward pass brings. Else ONNX Runtime would find that the second computation equals the
 * first, merge the two, and keep everything.
 */
export function recomputedInputs(node: Node, received: readonly (Value | undefined)[]): readonly Value[] {
  if (node.operator !== (checkpointOperator as Operator)) return node.inputs;
  const { count } = node.attributes as CheckpointAttributes;
  const gradient = received.find((value) => value !== undefined)!;
  return node.inputs.map((input, i) => (i < count && isReal(input.dtype) ? waitFor(gradient, input) : input));
}

/** x + 0 * (the first element of a value): x, but not before that value is there. It may be empty. */
function waitFor(value: Value, x: Value): Value {
  const flat = reshape(value, [multiplyDimensions(...value.shape)]);
  const first = reduceSum(slice(flat, { axis: 0, start: 0, end: 1 }), { axes: [0] });
  return add(x, cast(multiply(first, scalar(value.dtype, 0)), x.dtype));
}
