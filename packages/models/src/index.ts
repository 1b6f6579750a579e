export { scaleName } from "@sdtt/graph";
export type { Program, StoredNumbers, Weight, WeightLocation, Weights } from "@sdtt/graph";
export { causalHidden, causalStep } from "./causal.ts";
export type { CausalCache, CausalOptions, CausalStepOptions } from "./causal.ts";
export { causalProgram, causalStepProgram } from "./causal-programs.ts";
export type { CausalProgramOptions } from "./causal-programs.ts";
export { headOf, isCausal, tokenCount } from "./config.ts";
export type {
  CausalConfig,
  CausalDescription,
  DenoiserDescription,
  DitConfig,
  HeadConfig,
  ModelDescription,
  ModelFamily,
} from "./config.ts";
export { trainedWithBos } from "./config.ts";
export { ditHidden } from "./dit.ts";
export type { DitOptions } from "./dit.ts";
export { noiseInput } from "./embed-tokens.ts";
export { drawTokens } from "./draw.ts";
export type { DrawnTokens, DrawOptions } from "./draw.ts";
export { exportProgram } from "./export.ts";
export { gpt2Epsilon } from "./gpt2.ts";
export { allLogits, seddLogScore, subsLogProbs, tokenLogits } from "./heads.ts";
export type { HeadOptions } from "./heads.ts";
export { modelHidden, modelParameters } from "./network.ts";
export { attentionType, createParameterSource, declareParameters } from "./parameter-source.ts";
export type {
  ComputeType,
  DeclareOptions,
  MatrixType,
  ParameterSource,
  ParameterSourceOptions,
} from "./parameter-source.ts";
export { blockMatrices, causalParameters, ditParameters, noiseProjection } from "./parameters.ts";
export type { BlockMatrix, ParameterSpec } from "./parameters.ts";
export {
  backboneProgram,
  drawProgram,
  logitsProgram,
  logProbsProgram,
  scoreProgram,
  targetLogProbsProgram,
} from "./programs.ts";
export type { BlockDropout, TrainingOptions } from "./training.ts";
export type { DrawVariant, HeadProgramOptions, ModelProgramOptions } from "./programs.ts";
