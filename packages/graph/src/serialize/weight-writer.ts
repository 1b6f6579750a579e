import { SdttError, elementCount, elementSize, tensor } from "@sdtt/core";
import { formatShape } from "../dimension.ts";
import { scaleName } from "../weights.ts";
import type { StoredNumbers, Weights } from "../weights.ts";
import type { GraphWriter } from "./graph-writer.ts";
import type { NamedLeaf } from "./leaves.ts";

/** Turns parameters into initializers: embedded where they are given as tensors, else as places in a file. */
export class WeightWriter {
  readonly #writer: GraphWriter;
  readonly #stored = new Map<string, StoredNumbers>();
  readonly #written = new Set<string>();
  /** The one folder that external weights lie in. */
  folder: string | undefined;

  constructor(writer: GraphWriter, weights: Weights) {
    this.#writer = writer;
    for (const [name, weight] of weights) {
      this.#stored.set(name, weight);
      if (weight.scale) this.#stored.set(scaleName(name), weight.scale);
    }
  }

  /** Whether the leaf has become an initializer, and so is no input of the program. */
  has({ name }: NamedLeaf): boolean {
    return this.#written.has(name);
  }

  /** Writes the initializer of a parameter that has a weight, once. */
  write({ name, kind, type, rowsOf = { weight: name, first: 0 } }: NamedLeaf): void {
    const weight = kind === "parameter" ? this.#stored.get(rowsOf.weight) : undefined;
    if (!weight || this.#written.has(name)) return;
    this.#written.add(name);
    const { dtype } = type;
    const shape = type.shape as readonly number[];
    const isPart =
      shape.length === weight.shape.length &&
      shape.every((n, axis) =>
        axis === 0 ? rowsOf.first + n <= weight.shape[0]! : n === weight.shape[axis],
      );
    if (dtype !== weight.dtype || !isPart) {
      const found = `${weight.dtype}${formatShape(weight.shape)}`;
      throw new SdttError(
        "checkpoint",
        `Weight ${name}: expected ${dtype}${formatShape(shape)}, got ${found}.`,
      );
    }
    const count = elementCount(shape);
    const before = rowsOf.first * elementCount(shape.slice(1));
    if ("tensor" in weight.source) {
      const data = weight.source.tensor.data.subarray(before, before + count);
      this.#writer.initializer(name, tensor(dtype, shape, data as never));
      return;
    }
    const { path, offset } = weight.source.location;
    const { folder, file } = splitPath(path);
    this.folder ??= folder;
    if (folder !== this.folder) {
      throw new SdttError(
        "usage",
        `Weights of one program must be in one folder; got ${this.folder} and ${folder}.`,
      );
    }
    const at = { file, offset: offset + before * elementSize(dtype), byteLength: count * elementSize(dtype) };
    this.#writer.externalInitializer(name, { dtype, shape }, at);
  }
}

function splitPath(path: string): { folder: string; file: string } {
  const at = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return { folder: at < 0 ? "." : path.slice(0, at) || "/", file: path.slice(at + 1) };
}
