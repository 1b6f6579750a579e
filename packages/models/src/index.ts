export type { DitConfig, ModelDescription, ModelFamily } from "./config.ts";
export { ditParameters } from "./parameters.ts";
export type { ParameterSpec, WeightLocation } from "./parameters.ts";
export type { Weight, Weights } from "./weights.ts";
