import { safetensorsFormat } from "../safetensors/reader.ts";
import type { TensorFileFormat } from "../tensor-file.ts";

/** Every format the tensors of a checkpoint may come in. */
export const tensorFileFormats: readonly TensorFileFormat[] = [safetensorsFormat];
