import { SdttError } from "@sdtt/core";

/**
 * A size known when the graph is built, or a product of named sizes that each run brings: `length`, `batch*length`,
 * `3*batch*length`. Canonical: the number first, then the names in order, so that equality is string equality.
 */
export type Dimension = number | string;

export type Shape = readonly Dimension[];

/** The product of dimensions, canonical. */
export function multiplyDimensions(...dimensions: readonly Dimension[]): Dimension {
  let coefficient = 1;
  const names: string[] = [];
  for (const dimension of dimensions) {
    const monomial = parseDimension(dimension);
    coefficient *= monomial.coefficient;
    names.push(...monomial.names);
  }
  return formatDimension(coefficient, names);
}

/** `dividend / divisor` where it is exact; throws `usage` where it is not. */
export function divideDimensions(dividend: Dimension, divisor: Dimension): Dimension {
  const a = parseDimension(dividend);
  const b = parseDimension(divisor);
  const names = [...a.names];
  for (const name of b.names) {
    const at = names.indexOf(name);
    if (at < 0) throw new SdttError("usage", `The size ${dividend} is not a multiple of ${divisor}.`);
    names.splice(at, 1);
  }
  if (a.coefficient % b.coefficient !== 0) {
    throw new SdttError("usage", `The size ${dividend} is not a multiple of ${divisor}.`);
  }
  return formatDimension(a.coefficient / b.coefficient, names);
}

/** The number in front and the names of a dimension. */
export function parseDimension(dimension: Dimension): { coefficient: number; names: string[] } {
  if (typeof dimension === "number") return { coefficient: dimension, names: [] };
  const parts = dimension.split("*");
  const coefficient = /^\d+$/.test(parts[0]!) ? Number(parts.shift()) : 1;
  return { coefficient, names: parts };
}

export function isStatic(shape: Shape): shape is readonly number[] {
  return shape.every((dimension) => typeof dimension === "number");
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}

/** The shape that two shapes broadcast to, by NumPy's rules; undefined where they do not. */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const result: Dimension[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return undefined;
    result.push(x === 1 ? y : x);
  }
  return result;
}

/** The shape that all shapes broadcast to; undefined where they do not. */
export function jointShape(shapes: readonly Shape[]): Shape | undefined {
  return shapes.reduce<Shape | undefined>((a, b) => a && broadcastShapes(a, b), []);
}

export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** An axis counted from the front; negative ones count from the back. */
export function frontAxis(axis: number, rank: number): number {
  const front = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(front) || front < 0 || front >= rank) {
    throw new SdttError("usage", `Axis ${axis} is not one of a tensor with ${rank} axes.`);
  }
  return front;
}

function formatDimension(coefficient: number, names: readonly string[]): Dimension {
  if (names.length === 0 || coefficient === 0) return coefficient;
  const product = names.toSorted().join("*");
  return coefficient === 1 ? product : `${coefficient}*${product}`;
}
