export {
  bundledModels,
  describeCheckpoint,
  expectCausal,
  expectDenoiser,
  fileOfBytes,
  generationConfigOf,
  mdlmSmall,
  modelConfig,
  namedModels,
  parseModelReference,
  rotaryFrequencies,
  scalingStudent,
  scalingTeacher,
  smallStudent,
} from "@sdtt/checkpoint";
export type {
  BundledModel,
  DescribeCheckpointOptions,
  DescribedCheckpoint,
  DistillationRound,
  ModelReference,
  NamedModel,
  OpenedFile,
  RandomAccessFile,
  SafetensorsFile,
  SamplingDefaults,
  ScalingSize,
  StoredTensor,
  StudentLoss,
  TensorFile,
  TensorFileFormat,
  WeightSet,
} from "@sdtt/checkpoint";
export { listCachedModels } from "./cache/list-models.ts";
export type { CachedFile, CachedModel, CachedRevision } from "./cache/list-models.ts";
export { removeCachedModel } from "./cache/remove-model.ts";
export type { Removal } from "./cache/remove-model.ts";
export { openCheckpoint, openCheckpointContents } from "./checkpoint/open-checkpoint.ts";
export type { Checkpoint, CheckpointContents, OpenCheckpointOptions } from "./checkpoint/open-checkpoint.ts";
export { weightSetFiles } from "./checkpoint/locate.ts";
export { openTensorFile } from "./checkpoint/open-tensor-file.ts";
export type { OpenTensorFileOptions } from "./checkpoint/open-tensor-file.ts";
export { readWeight } from "./checkpoint/read-weight.ts";
export type { Clock } from "./client/clock.ts";
export type { HubOptions } from "./client/connection.ts";
export type { RetryPolicy } from "./client/retry.ts";
export { readHubSettings } from "./client/settings.ts";
export type { Environment, HubSettings } from "./client/settings.ts";
export { selectCheckpointFiles } from "./download/checkpoint-files.ts";
export type { DownloadEvent, DownloadListener } from "./download/download-event.ts";
export { downloadDataset, planDataset } from "./datasets/download-dataset.ts";
export type {
  DatasetOptions,
  DatasetPlan,
  DownloadedDataset,
  LocatedSplit,
} from "./datasets/download-dataset.ts";
export {
  formatDatasetReference,
  isDatasetReference,
  parseDatasetReference,
} from "./datasets/dataset-reference.ts";
export type { DatasetReference } from "./datasets/dataset-reference.ts";
export type { RepositoryKind } from "./client/names.ts";
export type { FileSelection } from "./download/choose-files.ts";
export { downloadSnapshot, planSnapshot } from "./download/download-snapshot.ts";
export type { DownloadOptions, PlannedFile, Snapshot } from "./download/download-snapshot.ts";
export { acquireFileLock } from "./file-lock/file-lock.ts";
export type { FileLock, FileLockOptions, LockTiming } from "./file-lock/file-lock.ts";
export type { LockHolder } from "./file-lock/lock-file.ts";
export { openFile } from "./open-file.ts";
export { makeDirectory } from "./make-directory.ts";
export { removeAtExit } from "./remove-at-exit.ts";
export { replaceFile } from "./replace-file.ts";
export type { WriteBytes } from "./replace-file.ts";
export { openSafetensors } from "./safetensors/open-safetensors.ts";
export { writeSafetensors } from "./safetensors/writer.ts";
export type { TensorSource, WriteSafetensorsOptions } from "./safetensors/writer.ts";
export { openTorchFile } from "./torch/torch-file.ts";
export type { TorchFile } from "./torch/torch-file.ts";
export type { PickleValue } from "./torch/pickle/value.ts";
export type { TorchStorage, TorchTensor } from "./torch/tensor.ts";
export { distillationMethods, writeModelCard } from "./upload/model-card.ts";
export type { DistillationMethod, ModelCard, ModelOrigin } from "./upload/model-card.ts";
export { pushModel } from "./upload/push-model.ts";
export type { PushedFile, PushOptions, PushResult } from "./upload/push-model.ts";
export type { UploadEvent, UploadListener } from "./upload/upload-event.ts";
