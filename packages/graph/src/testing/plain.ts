import type { Tensor } from "@sdtt/core";

/** Tensors of numbers, one element at a time: the slow twin of every operator. */
export interface Plain {
  readonly shape: readonly number[];
  at(index: readonly number[]): number;
}

/** Every index of a shape, in row-major order. */
function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, size) => all.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
    [[]],
  );
}

/** A tensor by its elements, each computed once. */
export function plain(shape: readonly number[], element: (index: readonly number[]) => number): Plain {
  const elements = indices(shape).map(element);
  const offset = (index: readonly number[]) => index.reduce((sum, i, axis) => sum * shape[axis]! + i, 0);
  return { shape, at: (index) => elements[offset(index)]! };
}

export function plainOf({ shape, data }: Tensor): Plain {
  let next = 0;
  return plain(shape, () => Number(data[next++]));
}

export function numbersOf(value: Plain): number[] {
  return indices(value.shape).map((index) => value.at(index));
}

/** A function of each element of what the operands broadcast to. */
export function elementwise(f: (...values: number[]) => number): (...operands: Plain[]) => Plain {
  return (...operands) => {
    const rank = Math.max(...operands.map(({ shape }) => shape.length));
    const padded = operands.map(({ shape }) => [...Array<number>(rank - shape.length).fill(1), ...shape]);
    const shape = Array.from({ length: rank }, (_, axis) => Math.max(...padded.map((size) => size[axis]!)));
    return plain(shape, (index) =>
      f(
        ...operands.map((operand, i) => {
          const own = index.map((at, axis) => (padded[i]![axis] === 1 ? 0 : at));
          return operand.at(own.slice(rank - operand.shape.length));
        }),
      ),
    );
  };
}

/** All elements along some axes reduced to one. */
export function reduced(
  x: Plain,
  { axes, keep = false }: { axes: readonly number[]; keep?: boolean },
  f: (values: number[]) => number,
): Plain {
  const one = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const kept = plain(one, (index) => {
    const along = indices(x.shape).filter((at) =>
      at.every((i, axis) => axes.includes(axis) || i === index[axis]),
    );
    return f(along.map((at) => x.at(at)));
  });
  return keep
    ? kept
    : reshaped(
        kept,
        one.filter((_, axis) => !axes.includes(axis)),
      );
}

export function reshaped(x: Plain, shape: readonly number[]): Plain {
  const numbers = numbersOf(x);
  let next = 0;
  return plain(shape, () => numbers[next++]!);
}

export function matrixProduct(a: Plain, b: Plain): Plain {
  const [m, k] = a.shape as [number, number];
  return plain([m, b.shape[1]!], ([i, j]) => {
    let sum = 0;
    for (let l = 0; l < k; l++) sum += a.at([i!, l]) * b.at([l, j!]);
    return sum;
  });
}

export function turned(x: Plain): Plain {
  return plain(x.shape.toReversed(), (index) => x.at(index.toReversed()));
}
