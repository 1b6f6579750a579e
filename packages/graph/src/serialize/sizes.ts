import { tensor } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { formatShape, isStatic, parseDimension } from "../dimension.ts";
import type { Dimension, Shape } from "../dimension.ts";
import type { Emitter } from "./emitter.ts";

export interface SizesOptions {
  readonly node: Emitter<unknown>["node"];
  readonly initializer: (value: Tensor) => string;
  /** The tensor that holds a size which each run brings, an int64 scalar. */
  readonly namedSize: (name: string) => string;
}

/** Numbers, sizes and shapes as int64 tensors of one graph, each written once. */
export class Sizes {
  readonly #options: SizesOptions;
  readonly #written = new Map<string, string>();

  constructor(options: SizesOptions) {
    this.#options = options;
  }

  scalar(value: number): string {
    return this.#once(`scalar ${value}`, () => this.#int64([], [value]));
  }

  vector(values: readonly number[]): string {
    return this.#once(`vector ${values.join()}`, () => this.#int64([values.length], values));
  }

  shape(shape: Shape): string {
    if (isStatic(shape)) return this.vector(shape);
    return this.#once(`shape ${formatShape(shape)}`, () => {
      const { node } = this.#options;
      const sizes = shape.map((size) => node("Reshape", [this.dimension(size), this.vector([1])])[0]!);
      return node("Concat", sizes, { axis: 0 })[0]!;
    });
  }

  dimension(dimension: Dimension): string {
    if (typeof dimension === "number") return this.scalar(dimension);
    return this.#once(`dimension ${dimension}`, () => {
      const { node, namedSize } = this.#options;
      const { coefficient, names } = parseDimension(dimension);
      const factors = names.map((name) => this.#once(`size ${name}`, () => namedSize(name)));
      if (coefficient !== 1) factors.push(this.scalar(coefficient));
      return factors.reduce((product, factor) => node("Mul", [product, factor])[0]!);
    });
  }

  #int64(shape: readonly number[], values: readonly number[]): string {
    return this.#options.initializer(tensor("int64", shape, BigInt64Array.from(values, BigInt)));
  }

  #once(key: string, write: () => string): string {
    const known = this.#written.get(key);
    if (known !== undefined) return known;
    const name = write();
    this.#written.set(key, name);
    return name;
  }
}
