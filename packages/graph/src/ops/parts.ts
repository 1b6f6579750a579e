import { frontAxis, isStatic, sameShape } from "../dimension.ts";
import type { Dimension, Shape } from "../dimension.ts";
import { zeros } from "../scalar.ts";
import type { Emitter } from "../serialize/emitter.ts";
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
    const vectors = [[start], [end], [axis]].map((v) => emitter.int64Vector(v));
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
  /** The size of the axis with its padding. */
  readonly size: Dimension;
}

const padOperator: Operator<PadAttributes> = {
  name: "Pad",
  infer(inputs, { axis, before, size }) {
    const x = inputs[0]!;
    const inner = x.shape[axis];
    if (typeof inner !== "number" || (typeof size === "number" && before + inner > size)) {
      throw mismatch("Pad", inputs, `axis ${axis} to be known and to fit into ${size} from ${before} on`);
    }
    return [{ dtype: x.dtype, shape: x.shape.with(axis, size) }];
  },
  emit(emitter, inputs, node) {
    const { axis, before, size } = node.attributes;
    const { dtype, shape } = node.inputs[0]!;
    const end = before + (shape[axis] as number);
    const widths =
      typeof size === "number"
        ? emitter.int64Vector([before, size - end])
        : widthsUpTo(emitter, { before, end, size });
    const zero = emitter.constant(zeros(dtype, []));
    return emitter.node("Pad", [...inputs, widths, zero, emitter.int64Vector([axis])]);
  },
};

function widthsUpTo(emitter: Emitter<Value>, at: { before: number; end: number; size: Dimension }): string {
  const [after] = emitter.node("Sub", [emitter.dimension(at.size), emitter.int64Scalar(at.end)]);
  const [vector] = emitter.node("Reshape", [after!, emitter.int64Vector([1])]);
  return emitter.node("Concat", [emitter.int64Vector([at.before]), vector!], { axis: 0 })[0]!;
}

/** Zeros before and after one axis. */
export function pad(x: Value, options: { axis: number; before?: number; after?: number }): Value {
  const { before = 0, after = 0 } = options;
  const axis = frontAxis(options.axis, x.shape.length);
  const inner = x.shape[axis]!;
  if (typeof inner !== "number") throw mismatch("Pad", [x], "a size known when the graph is built");
  return padTo(x, { axis, before, size: before + inner + after });
}

/** Zeros before and after one axis, up to a size that may be known only when it runs. */
export function padTo(x: Value, { axis, before, size }: PadAttributes): Value {
  return x.shape[axis] === size ? x : apply(padOperator, [x], { axis, before, size });
}

export interface ConcatAttributes {
  readonly axis: number;
  /** Names the size that results, where it is known only when the graph runs. */
  readonly total?: string | undefined;
}

const concatOperator: Operator<ConcatAttributes> = {
  name: "Concat",
  infer(inputs, { axis, total }) {
    const [first] = inputs;
    const sizes: Shape = inputs.map((x) => x.shape[axis]!);
    const fits = inputs.every(
      (x) => x.dtype === first!.dtype && sameShape(x.shape.with(axis, 1), first!.shape.with(axis, 1)),
    );
    const size = isStatic(sizes) ? sizes.reduce((a, b) => a + b, 0) : total;
    if (!fits || size === undefined) {
      throw mismatch("Concat", inputs, `one type and shapes that differ in axis ${axis} alone`);
    }
    return [{ dtype: first!.dtype, shape: first!.shape.with(axis, size) }];
  },
  emit: (emitter, inputs, node) => emitter.node("Concat", inputs, { axis: node.attributes.axis }),
};

/** Tensors one after another along an axis. `total` names the size that results where a run brings it. */
export function concat(values: readonly Value[], axis: number, total?: string): Value {
  return apply(concatOperator, values, { axis: frontAxis(axis, values[0]!.shape.length), total });
}

export interface SplitAttributes {
  readonly axis: number;
  readonly parts: number;
}

const splitOperator: Operator<SplitAttributes> = {
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
