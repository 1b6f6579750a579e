import { SdttError } from "@sdtt/core";
import type { Tensor } from "@sdtt/core";
import { topologicalOrder } from "../order.ts";
import { leafAttributes } from "../value.ts";
import type { Node, Value } from "../value.ts";
import type { Emitter, SubgraphEmitter } from "./emitter.ts";
import { GraphWriter } from "./graph-writer.ts";
import type { GraphPort } from "./graph-writer.ts";
import type { Decompose } from "./decompose.ts";
import type { NamedLeaf } from "./leaves.ts";
import { simplify } from "./simplify.ts";
import { Sizes } from "./sizes.ts";
import type { WeightWriter } from "./weight-writer.ts";

export interface EmissionOptions {
  readonly writer: GraphWriter;
  readonly leaves: readonly NamedLeaf[];
  readonly weights: WeightWriter;
  readonly decompose: Decompose;
}

/** The walk that turns nodes into ONNX: remembers the names of what it has written. */
export class Emission implements SubgraphEmitter<Value> {
  readonly #options: EmissionOptions;
  readonly #around: Emission | undefined;
  readonly #names = new Map<Node, readonly string[]>();
  readonly #inputs: GraphPort[] = [];
  readonly #localSizes = new Map<string, string>();
  readonly #sizes: Sizes;

  constructor(options: EmissionOptions, around?: Emission) {
    this.#options = options;
    this.#around = around;
    this.#sizes = new Sizes({
      node: this.node,
      initializer: (value) => this.#initializer(value),
      namedSize: (name) => this.#namedSize(name),
    });
  }

  nameOf(value: Value): string {
    for (const node of topologicalOrder([value], ({ node }) => this.#known(node) !== undefined)) {
      this.#names.set(node, this.#emitNode(node));
    }
    return this.#known(value.node)![value.output]!;
  }

  #known(node: Node): readonly string[] | undefined {
    const around = this.#around;
    return this.#names.get(node) ?? (around ? around.#known(node) : undefined);
  }

  #emitNode(original: Node): readonly string[] {
    const node = simplify(original);
    if ("node" in node) return [this.#known(node.node)![node.output]!];
    const { operator } = node;
    const dtype = node.inputs[0]?.dtype;
    const hasKernel = !operator.kernels || (dtype !== undefined && operator.kernels.includes(dtype));
    const { decompose } = this.#options;
    const isAsked = typeof decompose === "boolean" ? decompose : decompose.includes(operator.name);
    if (operator.decompose && (isAsked || !hasKernel)) {
      return operator.decompose(node.inputs, node.attributes).map((value) => this.nameOf(value));
    }
    const inputs = node.inputs.map((input) => this.#known(input.node)![input.output]!);
    return operator.emit(this, inputs, node);
  }

  node: Emitter<Value>["node"] = (operator, inputs, attributes = {}, { domain = "", outputs = 1 } = {}) => {
    const { writer } = this.#options;
    const names = Array.from({ length: outputs }, () => writer.freshName(operator));
    writer.node(operator, inputs, names, attributes, domain);
    return names;
  };

  constant(value: Value): string {
    const constantTensor = leafAttributes(value.node)?.tensor;
    if (!constantTensor) throw new SdttError("usage", "An attribute of an operator must be a constant.");
    return this.#initializer(constantTensor);
  }

  #initializer(value: Tensor): string {
    const name = this.#options.writer.freshName("constant");
    this.#options.writer.initializer(name, value);
    return name;
  }

  int64Scalar: Emitter<Value>["int64Scalar"] = (value) => this.#sizes.scalar(value);
  int64Vector: Emitter<Value>["int64Vector"] = (values) => this.#sizes.vector(values);
  shape: Emitter<Value>["shape"] = (shape) => this.#sizes.shape(shape);
  dimension: Emitter<Value>["dimension"] = (dimension) => this.#sizes.dimension(dimension);

  /** A size that each run brings: one of the body's own, or read off an input that has it as an axis. */
  #namedSize(name: string): string {
    const local = this.#localSizes.get(name);
    if (local !== undefined) return local;
    if (this.#around) return this.#around.dimension(name);
    const carrier = this.#options.leaves.find((leaf) => leaf.type.shape.includes(name));
    if (!carrier) {
      throw new SdttError("usage", `No input of the graph has an axis named "${name}", which a shape needs.`);
    }
    const [shape] = this.node("Shape", [carrier.name]);
    const axis = this.int64Scalar(carrier.type.shape.indexOf(name));
    return this.node("Gather", [shape!, axis], { axis: 0 })[0]!;
  }

  leaf: Emitter<Value>["leaf"] = (value) => {
    const leaf = leafAttributes(value.node)!;
    if (leaf.tensor) return this.#initializer(leaf.tensor);
    if (leaf.name === undefined) throw new SdttError("usage", "A local value was used outside of its body.");
    this.#options.weights.write({ ...leaf, name: leaf.name });
    return leaf.name;
  };

  subgraph(): SubgraphEmitter<Value> {
    return new Emission({ ...this.#options, writer: new GraphWriter(this.#options.writer) }, this);
  }

  input: SubgraphEmitter<Value>["input"] = (type) => {
    const name = this.#options.writer.freshName("local");
    this.#inputs.push({ ...type, name });
    return name;
  };

  bind(value: Value, name: string): void {
    this.#names.set(value.node, [name]);
  }

  bindSize(size: string, name: string): void {
    this.#localSizes.set(size, name);
  }

  finish: SubgraphEmitter<Value>["finish"] = (outputs) => {
    const { writer } = this.#options;
    const ports = outputs.map(({ name: tensor, dtype }) => {
      const name = writer.freshName("result");
      writer.output(tensor, name);
      return { name, dtype };
    });
    return { graph: writer.graph("body", this.#inputs, ports) };
  };
}
