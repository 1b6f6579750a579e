export type { Backend, CompileOptions, Executable, Input, Memory, Output } from "./backend/backend.ts";
export { engineOn } from "./backend/engine-on.ts";
export { identityProgram } from "./backend/identity-program.ts";
export { nativeError } from "./backend/native-error.ts";
export type { NativeFailures } from "./backend/native-error.ts";
export { sessionConfig } from "./backend/session-config.ts";
export { copyTensor, zeroTensor } from "./backend/tensors.ts";
export { webgpuNodesOnCpu } from "./backend/webgpu-precision.ts";
export type {
  Device,
  DeviceTraits,
  Engine,
  LoadOptions,
  ResidentTensor,
  RunRequest,
  Session,
  WeightFiles,
} from "./engine.ts";
export type { ModelOptions } from "./model/backbone.ts";
export { assertFinite } from "./model/broken-weight.ts";
export type { ResidentWeights } from "./model/bound-session.ts";
export { createCausalModel } from "./model/causal-model.ts";
export type { CausalModelOptions } from "./model/causal-model.ts";
export type { DrawSettings } from "./model/draw-head.ts";
export { createDenoiser } from "./model/denoiser.ts";
export type { DenoiserOptions, HiddenDenoiser, TargetsRequest } from "./model/denoiser.ts";
export { int8Weights } from "./model/int8-weights.ts";
export { passBytes } from "./model/out-of-memory.ts";
export type { NetworkOutputs } from "./model/network-outputs.ts";
export { checkPrecision } from "./model/precision.ts";
export type { Precision } from "./model/precision.ts";
export { createScoreModel } from "./model/score-model.ts";
export type { HiddenScoreModel } from "./model/score-model.ts";
export { checkWeights } from "./model/weight-check.ts";
export type { WeightCheck } from "./model/weight-check.ts";
export { buffersIn } from "./remote/messages.ts";
export type { Answer, Block, Request } from "./remote/messages.ts";
export { remoteEngine } from "./remote/remote-engine.ts";
export type { Channel, RemoteEngineOptions } from "./remote/remote-engine.ts";
