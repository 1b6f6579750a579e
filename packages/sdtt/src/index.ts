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
export type { CausalLanguageModel, CausalSampleOptions } from "./causal-language-model.ts";
export { createCausalLanguageModel } from "./create-causal-language-model.ts";
export type { CausalLanguageModelOptions } from "./create-causal-language-model.ts";
export { createLanguageModel } from "./create-language-model.ts";
export type { LanguageModelOptions } from "./create-language-model.ts";
export type {
  LanguageModel,
  RevealedToken,
  TextSample,
  TextSampleOptions,
  TextSampleStep,
} from "./language-model.ts";
export { loadCausalModel } from "./load-causal-model.ts";
export { loadModel } from "./load-model.ts";
export type { LoadedModel, LoadModelOptions } from "./load-model.ts";
export { locateModel } from "./locate-model.ts";
export type { LocateModelOptions } from "./locate-model.ts";
export { loadMdlmSmall, loadScalingStudent, loadScalingTeacher, loadSmallStudent } from "./named-models.ts";
export { openTokenizer } from "./open-tokenizer.ts";
export { findEnd, readText } from "./read-text.ts";
export { beginsWithBos, putFirst, seedOf } from "./sample-plan.ts";
export { withSamplingDefaults } from "./sampling-defaults.ts";
export { encodeTemplate, parseTemplate } from "./template.ts";
export type { EncodedTemplate, EncodeTemplateOptions, Template } from "./template.ts";
