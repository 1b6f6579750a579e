import { input, serialize } from "@sdtt/graph";
import type { Program, SerializeOptions, Value, Weights } from "@sdtt/graph";
import { causalHidden, causalStep } from "./causal.ts";
import type { CausalCache } from "./causal.ts";
import type { CausalDescription } from "./config.ts";
import { attentionType, declareParameters } from "./parameter-source.ts";
import type { ComputeType } from "./parameter-source.ts";
import { causalParameters } from "./parameters.ts";

export interface CausalProgramOptions {
  readonly model: CausalDescription;
  readonly weights: Weights;
  /** What the blocks' products and attention are computed in; float32 unless given. For int8, `blockMatrices` are quantised weights. */
  readonly matrixDtype?: ComputeType | undefined;
  /** Fused operators to be written in simpler ones, by name. */
  readonly decompose?: SerializeOptions["decompose"];
}

/**
 * A causal transformer over whole sequences. Inputs: `tokens` int64 `[batch, length]`, `rows` int64 `[rows]`. Output:
 * `hidden` float32 `[rows, hidden]`, for the heads of `drawProgram` and `targetLogProbsProgram`.
 */
export function causalProgram(options: CausalProgramOptions): Program {
  const hidden = causalHidden(networkInputs(options));
  const { weights, decompose } = options;
  return serialize({ outputs: { hidden }, weights, decompose, name: "causal" });
}

/**
 * The same over positions that follow others. Inputs beside those of `causalProgram`: `start` int64 `[1]`, how many
 * positions there were, and for each block i `past.i.keys` and `past.i.values`, of the type of the attention, `[batch, heads, past, head]`.
 * Outputs beside `hidden`: `present.i.keys` and `present.i.values`, the past of the next call.
 */
export function causalStepProgram(options: CausalProgramOptions): Program {
  const { blockCount, headCount, hiddenSize } = options.model.config;
  const dtype = attentionType(options.matrixDtype);
  const shape = ["batch", headCount, "past", hiddenSize / headCount];
  const past = Array.from({ length: blockCount }, (_, i) => ({
    keys: input(`past.${i}.keys`, dtype, shape),
    values: input(`past.${i}.values`, dtype, shape),
  }));
  const start = input("start", "int64", [1]);
  const { hidden, present } = causalStep({ ...networkInputs(options), start, past });
  return serialize({
    outputs: { hidden, ...namedCache(present) },
    weights: options.weights,
    decompose: options.decompose,
    name: "causal_step",
  });
}

function networkInputs({ model, weights, matrixDtype }: CausalProgramOptions) {
  return {
    model,
    parameters: declareParameters(causalParameters(model), { weights, matrixDtype }),
    tokens: input("tokens", "int64", ["batch", "length"]),
    rows: input("rows", "int64", ["rows"]),
  };
}

function namedCache(cache: CausalCache): Record<string, Value> {
  return Object.fromEntries(
    cache.flatMap(({ keys, values }, i) => [
      [`present.${i}.keys`, keys],
      [`present.${i}.values`, values],
    ]),
  );
}
