import type { ParameterSpec } from "@sdtt/models";
import type { Engine, ResidentTensor, ResidentWeights } from "@sdtt/runtime";
import { flatLayout, viewsOf } from "../state/flat-layout.ts";
import type { Fill } from "../state/flat-layout.ts";

/** The weights of a teacher, resident as one flat array, for a student to become. */
export interface TeacherWeights extends AsyncDisposable {
  readonly flat: ResidentTensor;
  views(): ResidentWeights;
  /** Takes over the weights of another flat array of the same layout. */
  replace(weights: ResidentTensor): Promise<void>;
}

export async function createTeacherWeights(options: {
  engine: Engine;
  parameters: readonly ParameterSpec[];
  initial: Fill;
}): Promise<TeacherWeights> {
  const layout = flatLayout(options.parameters);
  const flat = await options.engine.allocate({ dtype: "float32", shape: [layout.length] });
  await options.initial(flat);
  return {
    flat,
    views: () => viewsOf(layout, flat),
    replace: async (weights) => flat.write(await weights.read()),
    [Symbol.asyncDispose]: () => flat[Symbol.asyncDispose](),
  };
}
