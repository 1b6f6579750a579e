import { byteProduct } from "../ops/int8-linear.ts";
import { topologicalOrder } from "../order.ts";
import type { Program } from "../program.ts";
import type { Value } from "../value.ts";
import type { Weights } from "../weights.ts";
import { Emission } from "./emission.ts";
import type { Decompose } from "./decompose.ts";
import { encodeModel, GraphWriter } from "./graph-writer.ts";
import { collectLeaves, programValue } from "./leaves.ts";
import { WeightWriter } from "./weight-writer.ts";

export interface SerializeOptions {
  /** What the program computes, by name. */
  readonly outputs: Readonly<Record<string, Value>>;
  /** Parameters found here become initializers; the others become inputs of the program. */
  readonly weights?: Weights;
  /** Writes fused operators in simpler ones, all or those named: slower, the same numbers up to rounding. */
  readonly decompose?: Decompose | undefined;
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
export function serialize({
  outputs,
  weights = new Map(),
  decompose = false,
  name = "sdtt",
}: SerializeOptions): Program {
  const leaves = collectLeaves(topologicalOrder(Object.values(outputs)));
  const writer = new GraphWriter();
  const weightWriter = new WeightWriter(writer, weights);
  const emission = new Emission({ writer, leaves, weights: weightWriter, decompose });
  const produced = Object.entries(outputs).map(([outputName, value]) => {
    writer.output(emission.nameOf(value), outputName);
    return { name: outputName, dtype: value.dtype, shape: value.shape };
  });
  const inputs = leaves.filter((leaf) => !weightWriter.has(leaf)).map(programValue);
  const { folder } = weightWriter;
  return {
    model: encodeModel(writer.graph(name, inputs, produced)),
    inputs,
    outputs: produced,
    ...(writer.has(byteProduct) && { multipliesBytes: true }),
    ...(folder === undefined ? {} : { weightsFolder: folder }),
  };
}
