import { frontAxis, sameShape } from "../dimension.ts";
import { ones, scalar } from "../scalar.ts";
import { apply, applyAll, mismatch } from "../value.ts";
import type { Operator, Value } from "../value.ts";
import { add, divide, exponential, logarithm, multiply, squareRoot, subtract } from "./elementwise.ts";
import { reduceMax, reduceMean, reduceSum } from "./reduce.ts";

export interface LayerNormAttributes {
  readonly epsilon: number;
}

const layerNormOperator: Operator<LayerNormAttributes> = {
  name: "LayerNormalization",
  infer(inputs) {
    const [x, scale, bias] = inputs as [Value, Value, Value | undefined];
    const width = x.shape.slice(-1);
    if (!sameShape(scale.shape, width) || (bias && !sameShape(bias.shape, width))) {
      throw mismatch("LayerNormalization", inputs, "a scale and a bias of the size of the last axis");
    }
    return [{ dtype: x.dtype, shape: x.shape }];
  },
  emit: (emitter, inputs, node) =>
    emitter.node("LayerNormalization", inputs, { axis: -1, epsilon: node.attributes.epsilon }),
};

/** Normalises over the last axis to mean 0 and variance 1, then scales and shifts; scale and bias are `[width]`. */
export function layerNorm(x: Value, options: { scale: Value; bias?: Value; epsilon?: number }): Value {
  const { scale, bias, epsilon = 1e-5 } = options;
  return apply(layerNormOperator, bias ? [x, scale, bias] : [x, scale], { epsilon });
}

/** The kernel gives the mean and the inverse deviation as float32 only, hence the decomposition for float64. */
const standardizeOperator: Operator<LayerNormAttributes> = {
  name: "Standardize",
  infer: ([x]) => [
    { dtype: x!.dtype, shape: x!.shape },
    { dtype: x!.dtype, shape: [...x!.shape.slice(0, -1), 1] },
  ],
  emit(emitter, inputs, node) {
    const x = node.inputs[0]!;
    const width = x.shape.at(-1);
    if (typeof width !== "number")
      throw mismatch("Standardize", [x], "a last axis known when the graph is built");
    const unit = emitter.constant(ones(x.dtype, [width]));
    const [normal, , inverseDeviation] = emitter.node(
      "LayerNormalization",
      [...inputs, unit],
      { axis: -1, epsilon: node.attributes.epsilon },
      { outputs: 3 },
    );
    return [normal!, inverseDeviation!];
  },
  decompose([x], { epsilon }) {
    const options = { axes: [-1], keep: true };
    const centred = subtract(x!, reduceMean(x!, options));
    const variance = reduceMean(multiply(centred, centred), options);
    const inverseDeviation = divide(
      scalar(x!.dtype, 1),
      squareRoot(add(variance, scalar(x!.dtype, epsilon))),
    );
    return [multiply(centred, inverseDeviation), inverseDeviation];
  },
  kernels: ["float32"],
};

/** x normalised over its last axis, and the inverse deviation `[..., 1]`: what the gradient of a layer norm needs. */
export function standardize(x: Value, epsilon: number): { normal: Value; inverseDeviation: Value } {
  const [normal, inverseDeviation] = applyAll(standardizeOperator, [x], { epsilon });
  return { normal: normal!, inverseDeviation: inverseDeviation! };
}

export interface SoftmaxAttributes {
  readonly axis: number;
}

function normalization(name: string): Operator<SoftmaxAttributes> {
  return {
    name,
    infer: ([x]) => [{ dtype: x!.dtype, shape: x!.shape }],
    emit: (emitter, inputs, node) => emitter.node(name, inputs, { axis: node.attributes.axis }),
  };
}

const softmaxOperator = normalization("Softmax");
const logSoftmaxOperator = normalization("LogSoftmax");

/** exp(x) normalised to sum to one along an axis. */
export function softmax(x: Value, axis = -1): Value {
  return apply(softmaxOperator, [x], { axis: frontAxis(axis, x.shape.length) });
}

/** The logarithm of `softmax`, computed without taking it. */
export function logSoftmax(x: Value, axis = -1): Value {
  return apply(logSoftmaxOperator, [x], { axis: frontAxis(axis, x.shape.length) });
}

/** log(sum(exp(x))) over one axis, which is kept as size 1. */
export function logSumExp(x: Value, axis = -1): Value {
  const peak = reduceMax(x, { axes: [axis], keep: true });
  return add(logarithm(reduceSum(exponential(subtract(x, peak)), { axes: [axis], keep: true })), peak);
}
