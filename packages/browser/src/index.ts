export { createWebEngine } from "./engine/create-engine.ts";
export type { WebEngine, WebEngineOptions } from "./engine/create-engine.ts";
