import type { Value } from "@sdtt/graph";
import { causalHidden } from "./causal.ts";
import { isCausal } from "./config.ts";
import type { ModelDescription } from "./config.ts";
import { ditHidden } from "./dit.ts";
import { causalParameters, ditParameters } from "./parameters.ts";
import type { ParameterSpec } from "./parameters.ts";
import type { ParameterSource } from "./parameter-source.ts";
import type { TrainingOptions } from "./training.ts";

/** Every parameter of a model, whichever family it is of. */
export function modelParameters(model: ModelDescription): ParameterSpec[] {
  return isCausal(model) ? causalParameters(model) : ditParameters(model.config);
}

/** The hidden rows that the vocabulary projection takes, `[rows, hidden]`, of a model that is not told the noise level. */
export function modelHidden(
  options: TrainingOptions & {
    model: ModelDescription;
    /** Declares what `modelParameters` lists. */
    parameters: ParameterSource;
    /** Ids, int64 `[batch, length]`. */
    tokens: Value;
    /** Rows of the flattened (batch, length) grid that are wanted, int64 `[rows]`. */
    rows: Value;
    /** Random vectors, float32 `[batch, noiseSize]`, for models with a noise input. */
    noise?: Value | undefined;
  },
): Value {
  const { model, noise, ...inputs } = options;
  return isCausal(model)
    ? causalHidden({ ...inputs, model })
    : ditHidden({ ...inputs, noise, config: model.config });
}
