export { isSdttError, SdttError } from "@sdtt/core";
export type { SdttErrorCode } from "@sdtt/core";
export { parseTemplate } from "@sdtt/language-model";
export type {
  LanguageModel,
  RevealedToken,
  Template,
  TextSample,
  TextSampleOptions,
  TextSampleStep,
} from "@sdtt/language-model";
export { createWebEngine } from "./engine/create-engine.ts";
export type { WebEngine, WebEngineOptions } from "./engine/create-engine.ts";
export type { LoadProgress } from "./fetch-model.ts";
export { loadModel } from "./load-model.ts";
export type { LoadedModel, LoadModelOptions } from "./load-model.ts";
export type { ModelCache, ModelCaches } from "./weights/store.ts";
