import { tensor } from "@sdtt/core";
import type { Engine, ResidentTensor, ResidentWeights } from "@sdtt/runtime";
import { flatLayout, viewsOf } from "./flat-layout.ts";
import type { Fill, FlatLayout } from "./flat-layout.ts";
import type { ParameterSpec } from "@sdtt/models";

/** The flat arrays of a training run, in the order of their use. */
export const stateArrays = ["weights", "firstMoment", "secondMoment", "average", "gradient"] as const;

type StateArray = (typeof stateArrays)[number];

/**
 * All that a training step changes, resident in the engine as five flat float32 arrays: the weights, Adam's moments, the
 * exponential moving average, and the gradient that micro-steps add to. Tensors are windows on them.
 */
export interface TrainingState extends AsyncDisposable {
  readonly layout: FlatLayout;
  readonly arrays: Readonly<Record<StateArray, ResidentTensor>>;
  /** The parameters of one array by name. */
  views(array: StateArray): ResidentWeights;
  /** Sets an array to zero. */
  clear(array: StateArray): Promise<void>;
}

/** Starts from given weights, moments at zero and the average at the weights. */
export async function createTrainingState(options: {
  engine: Engine;
  parameters: readonly ParameterSpec[];
  initial: Fill;
}): Promise<TrainingState> {
  const { engine, parameters, initial } = options;
  const layout = flatLayout(parameters);
  const allocate = () => engine.allocate({ dtype: "float32", shape: [layout.length] });
  const arrays = {
    weights: await allocate(),
    firstMoment: await allocate(),
    secondMoment: await allocate(),
    average: await allocate(),
    gradient: await allocate(),
  };
  await initial(arrays.weights);
  await initial(arrays.average);
  return {
    layout,
    arrays,
    views: (array) => viewsOf(layout, arrays[array]),
    clear: (array) =>
      arrays[array].write(tensor("float32", [layout.length], new Float32Array(layout.length))),
    async [Symbol.asyncDispose]() {
      for (const name of stateArrays) await arrays[name][Symbol.asyncDispose]();
    },
  };
}
