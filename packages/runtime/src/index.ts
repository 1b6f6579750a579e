export type { Device, Engine, LoadOptions, ResidentTensor, RunRequest, Session } from "./engine.ts";
export { createEngine } from "./engines/create-engine.ts";
export type { ModelOptions } from "./model/backbone.ts";
export { createDenoiser } from "./model/denoiser.ts";
export { createScoreModel } from "./model/score-model.ts";
