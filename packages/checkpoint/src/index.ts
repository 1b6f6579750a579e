export { isNoiseBound, withoutCompanions } from "./describe/companions.ts";
export { isPlainConfig } from "./describe/config/plain-config.ts";
export { isModelConfig } from "./describe/config/read-config.ts";
export { describeCheckpoint } from "./describe/describe.ts";
export type { DescribeCheckpointOptions, DescribedCheckpoint } from "./describe/describe.ts";
export { expectCausal, expectDenoiser } from "./describe/expect-family.ts";
export { modelConfig } from "./describe/model-config.ts";
export { rotaryBuffer } from "./describe/model-sizes.ts";
export { readModel } from "./describe/read-model.ts";
export type { ReadModelOptions, StoredModel } from "./describe/read-model.ts";
export { rotaryFrequencies } from "./describe/rotary.ts";
export { generationConfigOf, readSamplingDefaults } from "./describe/sampling-defaults.ts";
export type { SamplingDefaults } from "./describe/sampling-defaults.ts";
export { listed, quoted } from "./names-in-messages.ts";
export { objectOf, opaqueValue } from "./opaque-value.ts";
export { assertInside, fileOfBytes } from "./random-access-file.ts";
export type { OpenedFile, RandomAccessFile } from "./random-access-file.ts";
export { bundledModels, parseModelReference } from "./registry/model-reference.ts";
export type { BundledModel, ModelReference } from "./registry/model-reference.ts";
export {
  mdlmSmall,
  namedModels,
  scalingStudent,
  scalingTeacher,
  smallStudent,
} from "./registry/named-models.ts";
export type { DistillationRound, NamedModel, ScalingSize, StudentLoss } from "./registry/named-models.ts";
export { isRepositoryName, isRevisionName } from "./registry/repository-names.ts";
export { tagOfDataType } from "./safetensors/data-types.ts";
export { longestHeader, metadataKey } from "./safetensors/header.ts";
export { readSafetensors, safetensorsFormat } from "./safetensors/reader.ts";
export type { SafetensorsFile } from "./safetensors/reader.ts";
export type { StoredTensor, TensorFile, TensorFileFormat, WeightSet } from "./tensor-file.ts";
