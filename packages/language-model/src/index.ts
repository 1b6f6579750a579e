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
export { findEnd, readText } from "./read-text.ts";
export { beginsWithBos, putFirst, seedOf } from "./sample-plan.ts";
export { withSamplingDefaults } from "./sampling-defaults.ts";
export { encodeTemplate, parseTemplate } from "./template.ts";
export type { EncodedTemplate, EncodeTemplateOptions, Template } from "./template.ts";
