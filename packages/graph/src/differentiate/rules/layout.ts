import { isStatic } from "../../dimension.ts";
import type { Shape } from "../../dimension.ts";
import { cast, isReal } from "../../ops/cast.ts";
import { broadcastTo, reshape, transpose } from "../../ops/layout.ts";
import type { TransposeAttributes } from "../../ops/layout.ts";
import { concat, padTo, slice } from "../../ops/parts.ts";
import type { ConcatAttributes, PadAttributes, SliceAttributes, SplitAttributes } from "../../ops/parts.ts";
import { reducedShape } from "../../ops/reduce.ts";
import type { ReduceAttributes } from "../../ops/reduce.ts";
import { mismatch } from "../../value.ts";
import { singleOutputRule } from "../rule.ts";
import type { Rule } from "../rule.ts";
import { unbroadcast } from "../unbroadcast.ts";
import { broadcastZero } from "../zero.ts";

/** Operators that move elements, repeat them or add them up: their gradients move back, add up or repeat. */
export const layoutRules: Readonly<Record<string, Rule>> = {
  Cast: singleOutputRule((g, { inputs: [x] }) => [isReal(x!.dtype) ? cast(g, x!.dtype) : undefined]),
  Reshape: singleOutputRule((g, { inputs: [x] }) => [reshape(g, x!.shape)]),
  Transpose: singleOutputRule((g, { attributes }) => {
    const { order } = attributes as TransposeAttributes;
    return [
      transpose(
        g,
        [...order.keys()].map((axis) => order.indexOf(axis)),
      ),
    ];
  }),
  Expand: singleOutputRule((g, { inputs: [x] }) => [unbroadcast(g, x!.shape)]),
  ReduceSum: singleOutputRule((g, { inputs: [x], attributes }) => {
    const kept = reducedShape(x!.shape, (attributes as ReduceAttributes).axes, true);
    return [broadcastTo(reshape(g, kept), x!.shape)];
  }),
  Slice: singleOutputRule((g, { inputs: [x], attributes }) => {
    const { axis, start } = attributes as SliceAttributes;
    return [padTo(g, { axis, before: start, size: x!.shape[axis]! })];
  }),
  Pad: singleOutputRule((g, { inputs: [x], attributes }) => {
    const { axis, before } = attributes as PadAttributes;
    return [slice(g, { axis, start: before, end: before + (x!.shape[axis] as number) })];
  }),
  Concat: singleOutputRule((g, { inputs, attributes }) => {
    const { axis } = attributes as ConcatAttributes;
    const sizes: Shape = inputs.map(({ shape }) => shape[axis]!);
    if (!isStatic(sizes)) {
      throw mismatch(
        "The derivative of Concat",
        inputs,
        `sizes of axis ${axis} known when the graph is built`,
      );
    }
    let start = 0;
    return sizes.map((size) => {
      const end = start + size;
      const part = slice(g, { axis, start, end });
      start = end;
      return part;
    });
  }),
  Split: (node, gradients) => {
    const parts = node.outputs.map(({ dtype, shape }, i) => gradients[i] ?? broadcastZero(dtype, shape));
    return [concat(parts, (node.attributes as SplitAttributes).axis)];
  },
};
