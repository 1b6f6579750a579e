import { frontAxis, sameShape } from "../dimension.ts";
import { int64Vector, zeros } from "../scalar.ts";
import { apply, applyAll, mismatch } from "../value.ts";
import type { Operator, Value } from "../value.ts";

export interface SliceAttributes {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

const sliceOperator: Operator<SliceAttributes> = {
  name: "Slice",
  infer(inputs, { axis, start, end }) {
    const x = inputs[0]!;
    const size = x.shape[axis];
    if (start < 0 || end < start || (typeof size === "number" && end > size)) {
      throw mismatch("Slice", inputs, `axis ${axis} to hold ${start} to ${end}`);
    }
    return [{ dtype: x.dtype, shape: x.shape.with(axis, end - start) }];
  },
  emit(emitter, inputs, node) {
    const { axis, start, end } = node.attributes;
    const vectors = [[start], [end], [axis]].map((v) => emitter.constant(int64Vector(v)));
    return emitter.node("Slice", [...inputs, ...vectors]);
  },
};

/** Indices `start` to `end` (exclusive) of one axis. */
export function slice(x: Value, options: { axis: number; start: number; end: number }): Value {
  return apply(sliceOperator, [x], { ...options, axis: frontAxis(options.axis, x.shape.length) });
}

export interface PadAttributes {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
}

const padOperator: Operator<PadAttributes> = {
  name: "Pad",
  infer([x], { axis, before, after }) {
    const size = x!.shape[axis];
    if (typeof size !== "number") throw mismatch("Pad", [x!], "a size known when the graph is built");
    return [{ dtype: x!.dtype, shape: x!.shape.with(axis, before + size + after) }];
  },
  emit(emitter, inputs, node) {
    const { axis, before, after } = node.attributes;
    const widths = Array.from<number>({ length: 2 * node.inputs[0]!.shape.length }).fill(0);
    widths[axis] = before;
    widths[axis + node.inputs[0]!.shape.length] = after;
    const zero = zeros(node.inputs[0]!.dtype, []);
    return emitter.node("Pad", [...inputs, emitter.constant(int64Vector(widths)), emitter.constant(zero)]);
  },
};

/** Zeros before and after one axis. */
export function pad(x: Value, options: { axis: number; before?: number; after?: number }): Value {
  const { before = 0, after = 0 } = options;
  if (before === 0 && after === 0) return x;
  return apply(padOperator, [x], { axis: frontAxis(options.axis, x.shape.length), before, after });
}

const concatOperator: Operator<{ axis: number }> = {
  name: "Concat",
  infer(inputs, { axis }) {
    const [first] = inputs;
    const sizes = inputs.map((x) => x.shape[axis]);
    const fits = inputs.every(
      (x) => x.dtype === first!.dtype && sameShape(x.shape.with(axis, 1), first!.shape.with(axis, 1)),
    );
    if (!fits || !sizes.every((size) => typeof size === "number")) {
      throw mismatch("Concat", inputs, `one type and shapes that differ in axis ${axis} alone`);
    }
    return [
      {
        dtype: first!.dtype,
        shape: first!.shape.with(
          axis,
          sizes.reduce((a, b) => a + b, 0),
        ),
      },
    ];
  },
  emit: (emitter, inputs, node) => emitter.node("Concat", inputs, { axis: node.attributes.axis }),
};

/** Tensors one after another along an axis. */
export function concat(values: readonly Value[], axis: number): Value {
  return apply(concatOperator, values, { axis: frontAxis(axis, values[0]!.shape.length) });
}

const splitOperator: Operator<{ axis: number; parts: number }> = {
  name: "Split",
  infer(inputs, { axis, parts }) {
    const x = inputs[0]!;
    const size = x.shape[axis];
    if (typeof size !== "number" || size % parts !== 0) {
      throw mismatch("Split", inputs, `axis ${axis} to fall into ${parts} equal parts`);
    }
    return Array.from({ length: parts }, () => ({ dtype: x.dtype, shape: x.shape.with(axis, size / parts) }));
  },
  emit(emitter, inputs, node) {
    const { axis, parts } = node.attributes;
    return emitter.node("Split", inputs, { axis, num_outputs: parts }, { outputs: parts });
  },
};

/** x cut into equal parts along an axis. */
export function split(x: Value, options: { axis: number; parts: number }): readonly Value[] {
  return applyAll(splitOperator, [x], { ...options, axis: frontAxis(options.axis, x.shape.length) });
}
