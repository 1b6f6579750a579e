import { safetensorsFormat } from "@sdtt/checkpoint";
import type { TensorFileFormat } from "@sdtt/checkpoint";
import { torchFormat } from "../torch/torch-format.ts";

/** Every format the tensors of a checkpoint may come in. */
export const tensorFileFormats: readonly TensorFileFormat[] = [safetensorsFormat, torchFormat];
