export type { AnyOrderDecoder, AnyOrderOptions } from "./any-order-decoder.ts";
export type { EncodeOptions } from "./encoder.ts";
export { loadGpt2Tokenizer } from "./gpt2/load.ts";
export type { OpenText } from "./open-text.ts";
export type { StreamingDecoder } from "./streaming-decoder.ts";
export type {
  AddedTokenJson,
  ByteLevelJson,
  BytePairModelJson,
  TokenizerJson,
} from "./tokenizer-json/format.ts";
export { createTokenizer } from "./tokenizer.ts";
export type { CreateTokenizerOptions, Tokenizer } from "./tokenizer.ts";
export { trainBytePairEncoding } from "./train/train.ts";
export type { TrainOptions } from "./train/train.ts";
export type { DecodeOptions } from "./vocabulary.ts";
