export type { Availability, Requirement } from "./doctor/availability.ts";
export { diagnose, type Diagnosis } from "./doctor/diagnose.ts";
export type { Processor } from "./doctor/processor.ts";
export type { Device, Engine, LoadOptions, ResidentTensor, RunRequest, Session } from "./engine.ts";
export { createEngine, type EngineOptions } from "./engines/create-engine.ts";
export type { ModelOptions } from "./model/backbone.ts";
export { createDenoiser } from "./model/denoiser.ts";
export { createScoreModel } from "./model/score-model.ts";
