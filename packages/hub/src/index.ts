export { fileOfBytes, openFile } from "./random-access-file.ts";
export type { OpenedFile, RandomAccessFile } from "./random-access-file.ts";
export { openSafetensors } from "./safetensors/reader.ts";
export type { SafetensorsFile } from "./safetensors/reader.ts";
export { writeSafetensors } from "./safetensors/writer.ts";
export type { TensorSource, WriteSafetensorsOptions } from "./safetensors/writer.ts";
export type { StoredTensor, TensorFile, TensorFileFormat, WeightSet } from "./tensor-file.ts";
