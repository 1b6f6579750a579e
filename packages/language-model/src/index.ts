export type { CausalLanguageModel, CausalSampleOptions } from "./causal-language-model.ts";
export { chooseTokenizer, expectTokenizerFits } from "./choose-tokenizer.ts";
export type { TokenizerClues } from "./choose-tokenizer.ts";
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
export { drawSettingsOf } from "./draw-settings.ts";
export type { DrawOptions } from "./draw-settings.ts";
export { findEnd, readText } from "./read-text.ts";
export { beginsWithBos, planTexts, putFirst, seedOf } from "./sample-plan.ts";
export type { PlannedTexts } from "./sample-plan.ts";
export { recommendedCorrectorSteps, recommendedOrder, withSamplingDefaults } from "./sampling-defaults.ts";
export { tellText } from "./tell-text.ts";
export type { TellTextOptions, TextEvent, WrittenStep } from "./tell-text.ts";
export { encodeTemplate, parseTemplate } from "./template.ts";
export type { EncodedTemplate, EncodeTemplateOptions, Template } from "./template.ts";
export type { ToldToken } from "./token-teller.ts";
