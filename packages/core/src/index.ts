export type {
  CausalModel,
  CausalTexts,
  GeneratedTexts,
  GeneratedTokens,
  GenerateRequest,
} from "./causal-model.ts";
export { alone } from "./collective.ts";
export type { Collective } from "./collective.ts";
export type { Denoiser, DrawRequest, Draws, Nucleus, RowsRequest, ScoreModel, TokenSet } from "./denoiser.ts";
export { checkDrawRequest, checkDrawSettings, checkRowsRequest, checkTargets } from "./check-requests.ts";
export { isSdttError, SdttError, throwIfAborted } from "./errors.ts";
export type { SdttErrorCode } from "./errors.ts";
export { firstNotFinite } from "./finite.ts";
export {
  bfloat16ToFloat32,
  float16ToFloat32,
  float32ToBfloat16,
  float32ToFloat16,
  float32Values,
} from "./half.ts";
export { fromInt8, toInt8 } from "./int8.ts";
export type { Int8Matrix } from "./int8.ts";
export { createStream } from "./random.ts";
export type { RandomStream } from "./random.ts";
export { createResourceStack } from "./resource-stack.ts";
export type { ResourceStack } from "./resource-stack.ts";
export { elementCount, elementSize, tensor, tensorBytes, tensorFromBytes } from "./tensor.ts";
export type { DataType, Tensor, TensorArrays } from "./tensor.ts";
export { nextTurn } from "./next-turn.ts";
export { noiseVectors } from "./noise-vectors.ts";
export { untilAborted } from "./until-aborted.ts";
