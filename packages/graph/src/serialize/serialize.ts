import { SdttError, elementCount, elementSize, tensor } from "@sdtt/core";
import { formatShape, isStatic, parseDimension } from "../dimension.ts";
import type { Dimension, Shape } from "../dimension.ts";
import { topologicalOrder } from "../order.ts";
import type { Program, ProgramValue } from "../program.ts";
import { leafAttributes } from "../value.ts";
import type { LeafAttributes, Node, Value } from "../value.ts";
import type { Weight, Weights } from "../weights.ts";
import type { Emitter } from "./emitter.ts";
import { GraphWriter } from "./graph-writer.ts";

export interface SerializeOptions {
  /** What the program computes, by name. */
  readonly outputs: Readonly<Record<string, Value>>;
  /** Parameters found here become initializers; the others become inputs of the program. */
  readonly weights?: Weights;
  /** Writes fused operators in simpler ones everywhere: slower, the same numbers up to rounding. */
  readonly decompose?: boolean;
  readonly name?: string;
}

/**
 * The ONNX program of what the outputs depend on, and of nothing else.
 *
 * A parameter may be declared with fewer leading rows than its weight has: it is then the first rows of it, read from
 * where they lie.
 *
 * @throws SdttError `usage` for two leaves of one name that differ, or a size that no input brings;
 *   `checkpoint` for a weight whose type or shape is not the parameter's.
 */
export function serialize({ outputs, weights, decompose = false, name = "sdtt" }: SerializeOptions): Program {
  const leaves = collectLeaves(topologicalOrder(Object.values(outputs)));
  const writer = new GraphWriter();
  const emission = new Emission({ writer, leaves, weights: weights ?? new Map(), decompose });
  const produced: ProgramValue[] = [];
  for (const [outputName, value] of Object.entries(outputs)) {
    writer.node("Identity", [emission.nameOf(value)], [outputName]);
    produced.push({ name: outputName, dtype: value.dtype, shape: value.shape });
  }
  const inputs = leaves.filter((leaf) => !emission.isInitializer(leaf)).map(programValue);
  const model = writer.encode(name, inputs, produced);
  const { weightsFolder } = emission;
  return { model, inputs, outputs: produced, ...(weightsFolder === undefined ? {} : { weightsFolder }) };
}

type NamedLeaf = LeafAttributes & { readonly name: string };

/** Inputs and parameters, once each by name, inputs first. */
function collectLeaves(nodes: readonly Node[]): NamedLeaf[] {
  const byName = new Map<string, NamedLeaf>();
  for (const node of nodes) {
    const leaf = leafAttributes(node);
    if (leaf?.name === undefined) continue;
    const other = byName.get(leaf.name);
    if (
      other &&
      (other.type.dtype !== leaf.type.dtype || formatShape(other.type.shape) !== formatShape(leaf.type.shape))
    ) {
      const [a, b] = [other, leaf].map(({ type }) => `${type.dtype}${formatShape(type.shape)}`);
      throw new SdttError("usage", `${leaf.name} is declared twice in one graph, as ${a} and as ${b}.`);
    }
    byName.set(leaf.name, leaf as NamedLeaf);
  }
  const all = [...byName.values()];
  return [...all.filter((leaf) => leaf.kind === "input"), ...all.filter((leaf) => leaf.kind !== "input")];
}

function programValue({ name, type }: NamedLeaf): ProgramValue {
  return { name, dtype: type.dtype, shape: type.shape };
}

interface EmissionOptions {
  readonly writer: GraphWriter;
  readonly leaves: readonly NamedLeaf[];
  readonly weights: Weights;
  readonly decompose: boolean;
}

/** The walk that turns nodes into ONNX: remembers the names of what it has written. */
class Emission implements Emitter {
  readonly #options: EmissionOptions;
  readonly #names = new Map<Node, readonly string[]>();
  readonly #shared = new Map<string, string>();
  weightsFolder: string | undefined;

  constructor(options: EmissionOptions) {
    this.#options = options;
  }

  nameOf(value: Value): string {
    for (const node of topologicalOrder([value])) {
      if (!this.#names.has(node)) this.#names.set(node, this.#emitNode(node));
    }
    return this.#names.get(value.node)![value.output]!;
  }

  #emitNode(node: Node): readonly string[] {
    const { operator } = node;
    const dtype = node.inputs[0]?.dtype;
    const hasKernel = !operator.kernels || (dtype !== undefined && operator.kernels.includes(dtype));
    if (operator.decompose && (this.#options.decompose || !hasKernel)) {
      return operator.decompose(node.inputs, node.attributes).map((value) => this.nameOf(value));
    }
    const inputs = node.inputs.map((input) => this.#names.get(input.node)![input.output]!);
    return operator.emit(this, inputs, node);
  }

  node: Emitter["node"] = (operator, inputs, attributes = {}, { domain = "", outputs = 1 } = {}) => {
    const names = Array.from({ length: outputs }, () => this.#options.writer.freshName(operator));
    this.#options.writer.node(operator, inputs, names, attributes, domain);
    return names;
  };

  constant(value: Value): string {
    const constantTensor = leafAttributes(value.node)?.tensor;
    if (!constantTensor) throw new SdttError("usage", "An attribute of an operator must be a constant.");
    const name = this.#options.writer.freshName("constant");
    this.#options.writer.initializer(name, constantTensor);
    return name;
  }

  int64Scalar(value: number): string {
    return this.#once(`int64 ${value}`, () => this.#int64([], [value]));
  }

  shape(shape: Shape): string {
    return this.#once(`shape ${formatShape(shape)}`, () => {
      if (isStatic(shape)) return this.#int64([shape.length], shape);
      const one = this.#once("vector 1", () => this.#int64([1], [1]));
      const sizes = shape.map((size) => this.node("Reshape", [this.dimension(size), one])[0]!);
      return this.node("Concat", sizes, { axis: 0 })[0]!;
    });
  }

  dimension(dimension: Dimension): string {
    if (typeof dimension === "number") return this.int64Scalar(dimension);
    return this.#once(`dimension ${dimension}`, () => {
      const { coefficient, names } = parseDimension(dimension);
      const factors = names.map((size) => this.#namedSize(size));
      if (coefficient !== 1) factors.push(this.int64Scalar(coefficient));
      return factors.reduce((product, factor) => this.node("Mul", [product, factor])[0]!);
    });
  }

  /** A size that each run brings, read off an input that has it as an axis. */
  #namedSize(name: string): string {
    return this.#once(`size ${name}`, () => {
      const carrier = this.#options.leaves.find((leaf) => leaf.type.shape.includes(name));
      if (!carrier)
        throw new SdttError(
          "usage",
          `No input of the graph has an axis named "${name}", which a shape needs.`,
        );
      const [shape] = this.node("Shape", [carrier.name]);
      return this.node("Gather", [shape!, this.int64Scalar(carrier.type.shape.indexOf(name))], {
        axis: 0,
      })[0]!;
    });
  }

  leaf: Emitter["leaf"] = ({ attributes: leaf }) => {
    const { writer, weights } = this.#options;
    if (leaf.tensor) {
      const name = writer.freshName("constant");
      writer.initializer(name, leaf.tensor);
      return name;
    }
    const name = leaf.name!;
    const weight = leaf.kind === "parameter" ? weights.get(name) : undefined;
    if (weight) this.#once(`weight ${name}`, () => this.#weight(name, leaf, weight));
    return name;
  };

  isInitializer(leaf: NamedLeaf): boolean {
    return this.#shared.has(`weight ${leaf.name}`);
  }

  #weight(name: string, leaf: LeafAttributes, weight: Weight): string {
    const { writer } = this.#options;
    const { dtype } = leaf.type;
    const shape = leaf.type.shape as readonly number[];
    const isLeadingPart =
      shape.length === weight.shape.length &&
      shape.every((n, axis) => (axis === 0 ? n <= weight.shape[0]! : n === weight.shape[axis]));
    if (dtype !== weight.dtype || !isLeadingPart) {
      const found = `${weight.dtype}${formatShape(weight.shape)}`;
      throw new SdttError(
        "checkpoint",
        `Weight ${name}: expected ${dtype}${formatShape(shape)}, found ${found}.`,
      );
    }
    if ("tensor" in weight.source) {
      const data = weight.source.tensor.data.subarray(0, elementCount(shape));
      writer.initializer(name, tensor(dtype, shape, data as never));
      return name;
    }
    const { path, offset } = weight.source.location;
    const { folder, file } = splitPath(path);
    this.weightsFolder ??= folder;
    if (folder !== this.weightsFolder) {
      throw new SdttError(
        "usage",
        `Weights of one program lie in one folder; found ${this.weightsFolder} and ${folder}.`,
      );
    }
    writer.externalInitializer(
      name,
      { dtype, shape },
      { file, offset, byteLength: elementCount(shape) * elementSize(dtype) },
    );
    return name;
  }

  #int64(shape: readonly number[], values: readonly number[]): string {
    const name = this.#options.writer.freshName("constant");
    this.#options.writer.initializer(name, tensor("int64", shape, BigInt64Array.from(values, BigInt)));
    return name;
  }

  #once(key: string, make: () => string): string {
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#shared.set(key, made);
    return made;
  }
}

function splitPath(path: string): { folder: string; file: string } {
  const at = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return { folder: at < 0 ? "." : path.slice(0, at) || "/", file: path.slice(at + 1) };
}
