export { isSdttError, SdttError } from "@sdtt/core";
export type { SdttErrorCode } from "@sdtt/core";
export type { ConvertOptions, ConvertProgress } from "./convert/convert-options.ts";
export { convertToFolder } from "./convert/convert-to-folder.ts";
export { convertToOnnx } from "./convert/convert-to-onnx.ts";
export type { ConvertToOnnxOptions, OnnxConversion } from "./convert/convert-to-onnx.ts";
export { readProvenance } from "./convert/provenance.ts";
export type { Provenance } from "./convert/provenance.ts";
export type { WeightType } from "./convert/retype.ts";
export type { Verification } from "./convert/verify-onnx.ts";
export { combineModels } from "./combine-models.ts";
export {
  beginsWithBos,
  createCausalLanguageModel,
  createLanguageModel,
  encodeTemplate,
  findEnd,
  parseTemplate,
  putFirst,
  readText,
  seedOf,
  tellText,
  recommendedCorrectorSteps,
  recommendedOrder,
  withSamplingDefaults,
} from "@sdtt/language-model";
export type {
  CausalLanguageModel,
  CausalLanguageModelOptions,
  CausalSampleOptions,
  EncodedTemplate,
  EncodeTemplateOptions,
  LanguageModel,
  LanguageModelOptions,
  RevealedToken,
  TellTextOptions,
  Template,
  TextEvent,
  TextSample,
  TextSampleOptions,
  TextSampleStep,
} from "@sdtt/language-model";
export { loadCausalModel } from "./load-causal-model.ts";
export { loadModel } from "./load-model.ts";
export type { LoadedModel, LoadModelOptions } from "./load-model.ts";
export { locateModel } from "./locate-model.ts";
export type { LocateModelOptions } from "./locate-model.ts";
export { loadMdlmSmall, loadScalingStudent, loadScalingTeacher, loadSmallStudent } from "./named-models.ts";
export { openTokenizer } from "./open-tokenizer.ts";
