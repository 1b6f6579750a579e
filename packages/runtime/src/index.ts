export {
  assertFinite,
  checkPrecision,
  createCausalModel,
  createDenoiser,
  createScoreModel,
  passBytes,
} from "@sdtt/engine";
export type {
  CausalModelOptions,
  Device,
  DrawSettings,
  Engine,
  HiddenDenoiser,
  HiddenScoreModel,
  LoadOptions,
  ModelOptions,
  NetworkOutputs,
  Precision,
  ResidentTensor,
  ResidentWeights,
  RunRequest,
  Session,
  TargetsRequest,
} from "@sdtt/engine";
export type { Availability, Requirement } from "./doctor/availability.ts";
export { diagnose, type Diagnosis } from "./doctor/diagnose.ts";
export type { Processor } from "./doctor/processor.ts";
export { createEngine, type EngineName, type EngineOptions } from "./engines/create-engine.ts";
export type { GpuOptions } from "./devices/support.ts";
