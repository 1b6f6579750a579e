import { cast } from "../../ops/cast.ts";
import { equal, greaterOrEqual, lessOrEqual, where } from "../../ops/compare.ts";
import { divide, multiply } from "../../ops/elementwise.ts";
import { reshape } from "../../ops/layout.ts";
import { reducedShape, reduceSum } from "../../ops/reduce.ts";
import type { ReduceAttributes } from "../../ops/reduce.ts";
import { scalar } from "../../scalar.ts";
import type { Value } from "../../value.ts";
import { singleOutputRule } from "../rule.ts";
import type { Rule } from "../rule.ts";
import { unbroadcast } from "../unbroadcast.ts";

/** The gradient goes to `a` where it was chosen, else to `b`. */
function split(gradient: Value, choosesA: Value, a: Value, b: Value): Value[] {
  const zero = scalar(gradient.dtype, 0);
  return [
    unbroadcast(where(choosesA, gradient, zero), a.shape),
    unbroadcast(where(choosesA, zero, gradient), b.shape),
  ];
}

/** Equals share. */
const ofThoseEqualToResult = singleOutputRule((g, { inputs: [x], outputs: [y], attributes }) => {
  const { axes } = attributes as ReduceAttributes;
  const kept = reducedShape(x!.shape, axes, true);
  const isChosen = cast(equal(x!, reshape(y!, kept)), g.dtype);
  const share = divide(reshape(g, kept), reduceSum(isChosen, { axes, keep: true }));
  return [multiply(isChosen, share)];
});

export const choiceRules: Readonly<Record<string, Rule>> = {
  Where: singleOutputRule((g, { inputs: [condition, a, b] }) => [undefined, ...split(g, condition!, a!, b!)]),
  /** Of equals, the first is the one chosen. */
  Min: singleOutputRule((g, { inputs: [a, b] }) => split(g, lessOrEqual(a!, b!), a!, b!)),
  Max: singleOutputRule((g, { inputs: [a, b] }) => split(g, greaterOrEqual(a!, b!), a!, b!)),
  ReduceMax: ofThoseEqualToResult,
  ReduceMin: ofThoseEqualToResult,
};
