export type { Device, Engine, LoadOptions, ResidentTensor, RunRequest, Session } from "./engine.ts";
export { createEngine } from "./engines/create-engine.ts";
