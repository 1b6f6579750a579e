import { parseDimension, sameShape } from "../dimension.ts";
import type { Dimension } from "../dimension.ts";
import { zeros } from "../scalar.ts";
import type { Subgraph, SubgraphEmitter } from "../serialize/emitter.ts";
import { trace } from "../trace.ts";
import { applyAll, mismatch } from "../value.ts";
import type { Operator, Value } from "../value.ts";

/** What the body takes and gives. */
export interface ChunkValues {
  /** Chunks of rows, each `[rows of the chunk, ...]`. */
  readonly rows: readonly Value[];
  /** What passes from one chunk to the next; types and shapes stay as they are. */
  readonly carried: readonly Value[];
}

export interface RowChunksOptions {
  /** Each `[R, ...]`, cut along R, which may be known only when it runs, and may then be 0. */
  readonly rows: readonly Value[];
  /** What the first chunk is given. */
  readonly carried: readonly Value[];
  /** Rows of a chunk. The last chunk has what is left. */
  readonly chunk: number;
  /** Builds the work on one chunk. It may read any value of the graph around it. */
  readonly body: (values: ChunkValues) => ChunkValues;
}

/**
 * Works through rows chunk by chunk, so that what the body makes for a chunk (all logits, say) is never held for all
 * rows: gives what the body gives for the rows, `[R, ...]` again, and the last of what is carried. Written as an ONNX
 * Loop; as the body itself where one chunk is known to hold all.
 */
export function mapRowChunks({ rows, carried, chunk, body }: RowChunksOptions): ChunkValues {
  const total = rows[0]?.shape[0];
  const isChunk = Number.isInteger(chunk) && chunk >= 1;
  if (total === undefined || rows.some(({ shape }) => shape[0] !== total) || !isChunk) {
    throw mismatch("RowChunks", rows, `values of as many rows each, to be cut into chunks of ${chunk}`);
  }
  const build = (given: ChunkValues): ChunkValues => {
    const made = body(given);
    checkResults(given, made);
    return made;
  };
  if (typeof total === "number" && total <= chunk) return build({ rows, carried });

  const size = typeof total === "number" && total % chunk === 0 ? chunk : localSize(rows);
  const chunkTypes = rows.map(({ dtype, shape }) => ({ dtype, shape: shape.with(0, size) }));
  const loop = trace((values) => flat(build(unflat(values, rows.length))), [...chunkTypes, ...carried]);
  const outputs = applyAll(rowChunksOperator, [...rows, ...carried, ...loop.captured], {
    chunk,
    total,
    size,
    own: unflat(loop.standIns, rows.length),
    results: unflat(loop.results, loop.results.length - carried.length),
  });
  return unflat(outputs, outputs.length - carried.length);
}

function flat({ rows, carried }: ChunkValues): Value[] {
  return [...rows, ...carried];
}

function unflat(values: readonly Value[], rowCount: number): ChunkValues {
  return { rows: values.slice(0, rowCount), carried: values.slice(rowCount) };
}

/** A name for the size of a chunk that means nothing yet to the rows: loops may stand in loops. */
function localSize(rows: readonly Value[]): string {
  const taken = new Set(rows.flatMap(({ shape }) => shape.flatMap((size) => parseDimension(size).names)));
  let name = "chunk";
  while (taken.has(name)) name += "_";
  return name;
}

function checkResults(given: ChunkValues, made: ChunkValues): void {
  const size = given.rows[0]!.shape[0];
  if (made.rows.some(({ shape }) => shape[0] !== size)) {
    throw mismatch("RowChunks", made.rows, `rows of the body of shape [${size}, ...]`);
  }
  const stays = (value: Value, i: number) =>
    value.dtype === made.carried[i]!.dtype && sameShape(value.shape, made.carried[i]!.shape);
  if (given.carried.length !== made.carried.length || !given.carried.every(stays)) {
    throw mismatch("RowChunks", [...given.carried, ...made.carried], "what is carried to keep its types");
  }
}

interface RowChunksAttributes {
  readonly chunk: number;
  /** The number of rows of all, and of one chunk. */
  readonly total: Dimension;
  readonly size: Dimension;
  /** What the body was built of, and what it made. */
  readonly own: ChunkValues;
  readonly results: ChunkValues;
}

const rowChunksOperator: Operator<RowChunksAttributes> = {
  name: "RowChunks",
  infer: (_, { total, results }) => [
    ...results.rows.map(({ dtype, shape }) => ({ dtype, shape: shape.with(0, total) })),
    ...results.carried.map(({ dtype, shape }) => ({ dtype, shape })),
  ],
  emit(emitter, inputs, { attributes }) {
    const { chunk, total, own, results } = attributes;
    const initial = inputs.slice(own.rows.length, own.rows.length + own.carried.length);
    // A Loop stacks what its body scans, but only if all of it has one shape, which the last chunk has not.
    const empty = results.rows.map(({ dtype, shape }) => {
      const none = emitter.shape(shape.with(0, 0));
      return emitter.node("Expand", [emitter.constant(zeros(dtype, [])), none])[0]!;
    });
    const body = loopBody(emitter.subgraph(), inputs, attributes);
    const lastPlusOne = emitter.node("Add", [emitter.dimension(total), emitter.int64Scalar(chunk - 1)])[0]!;
    const [trips] = emitter.node("Div", [lastPlusOne, emitter.int64Scalar(chunk)]);
    const outputs = initial.length + empty.length;
    const ended = emitter.node("Loop", [trips!, "", ...initial, ...empty], { body }, { outputs });
    return [...ended.slice(initial.length), ...ended.slice(0, initial.length)];
  },
};

/** Cuts the rows of its turn, does the work, and appends the rows that result to those before. */
function loopBody(
  body: SubgraphEmitter<Value>,
  inputs: readonly string[],
  attributes: RowChunksAttributes,
): Subgraph {
  const { chunk, size, own, results } = attributes;
  const turn = body.input({ dtype: "int64", shape: [] });
  const goOn = body.input({ dtype: "bool", shape: [] });
  for (const value of own.carried) body.bind(value, body.input({ dtype: value.dtype, shape: value.shape }));
  const before = results.rows.map(({ dtype }) => body.input({ dtype }));

  const asVector = body.node("Reshape", [turn, body.int64Vector([1])])[0]!;
  const [start] = body.node("Mul", [asVector, body.int64Vector([chunk])]);
  const [end] = body.node("Add", [start!, body.int64Vector([chunk])]);
  own.rows.forEach((value, i) => {
    body.bind(value, body.node("Slice", [inputs[i]!, start!, end!, body.int64Vector([0])])[0]!);
  });
  if (typeof size === "string") body.bindSize(size, leadingSize(body, own.rows[0]!));

  const carried = results.carried.map((value) => ({ name: body.nameOf(value), dtype: value.dtype }));
  const grown = results.rows.map((value, i) => {
    const [name] = body.node("Concat", [before[i]!, body.nameOf(value)], { axis: 0 });
    return { name: name!, dtype: value.dtype };
  });
  return body.finish([{ name: goOn, dtype: "bool" }, ...carried, ...grown]);
}

function leadingSize(body: SubgraphEmitter<Value>, value: Value): string {
  const [shape] = body.node("Shape", [body.nameOf(value)]);
  return body.node("Gather", [shape!, body.int64Scalar(0)], { axis: 0 })[0]!;
}
