import { exponential, multiply, subtract } from "../../ops/elementwise.ts";
import { standardize } from "../../ops/normalize.ts";
import type { LayerNormAttributes, SoftmaxAttributes } from "../../ops/normalize.ts";
import { reduceMean, reduceSum } from "../../ops/reduce.ts";
import { singleOutputRule } from "../rule.ts";
import type { Rule } from "../rule.ts";
import { unbroadcast } from "../unbroadcast.ts";

export const normalizeRules: Readonly<Record<string, Rule>> = {
  Softmax: singleOutputRule((g, { outputs: [y], attributes }) => {
    const { axis } = attributes as SoftmaxAttributes;
    const shared = reduceSum(multiply(g, y!), { axes: [axis], keep: true });
    return [multiply(y!, subtract(g, shared))];
  }),
  LogSoftmax: singleOutputRule((g, { outputs: [y], attributes }) => {
    const { axis } = attributes as SoftmaxAttributes;
    const total = reduceSum(g, { axes: [axis], keep: true });
    return [subtract(g, multiply(exponential(y!), total))];
  }),
  /** y = n * scale + bias, where n is x with its mean and deviation taken out. */
  LayerNormalization: singleOutputRule((g, { inputs: [x, scale], attributes }) => {
    const { normal, inverseDeviation } = standardize(x!, (attributes as LayerNormAttributes).epsilon);
    const mean = { axes: [-1], keep: true };
    const forNormal = multiply(g, scale!);
    const alongNormal = multiply(normal, reduceMean(multiply(forNormal, normal), mean));
    const across = subtract(subtract(forNormal, reduceMean(forNormal, mean)), alongNormal);
    return [
      multiply(across, inverseDeviation),
      unbroadcast(multiply(g, normal), scale!.shape),
      unbroadcast(g, scale!.shape),
    ];
  }),
};
