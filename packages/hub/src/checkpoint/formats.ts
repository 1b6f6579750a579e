import { safetensorsFormat } from "../safetensors/reader.ts";
import type { TensorFileFormat } from "../tensor-file.ts";
import { torchFormat } from "../torch/torch-format.ts";

/** Every format the tensors of a checkpoint may come in. */
export const tensorFileFormats: readonly TensorFileFormat[] = [safetensorsFormat, torchFormat];
