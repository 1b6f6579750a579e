export type { DitConfig, ModelDescription, ModelFamily } from "./config.ts";
export { ditParameters } from "./parameters.ts";
export type { ParameterSpec } from "./parameters.ts";
export type { Weight, WeightLocation, Weights } from "@sdtt/graph";
