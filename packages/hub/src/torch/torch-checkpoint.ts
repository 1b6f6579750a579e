import { SdttError } from "@sdtt/core";
import type { StoredTensor, TensorFile, TensorFileFormat, WeightSet } from "../tensor-file.ts";
import { hyperParameters } from "./hyper-parameters.ts";
import { quoted } from "./malformed.ts";
import { findStateDict } from "./state-dict.ts";
import { isTorchFile, openTorchFile, readTorchFile } from "./torch-file.ts";
import type { TorchFile } from "./torch-file.ts";

/** One set of weights of a torch file, by the names of its state dict. No value has been read. */
export interface TorchCheckpoint extends TensorFile {
  readonly weightSet: WeightSet;
}

/**
 * Opens a Lightning checkpoint or a bare state dict.
 *
 * @param options.weightSet absent: `ema` where the file holds it, as the original samples from it.
 * @throws SdttError `not-found` or `io` if the file cannot be read; `format` if it is no valid torch file; `checkpoint` if
 *   it lacks the weights asked for.
 */
export async function openTorchCheckpoint(
  path: string,
  options: { weightSet?: WeightSet | undefined } = {},
): Promise<TorchCheckpoint> {
  const file = await openTorchFile(path);
  try {
    return checkpointOf(file, options.weightSet);
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
}

/** The format by which a checkpoint's file is told: the start of a zip archive or of a pickle. */
export const torchFormat: TensorFileFormat = {
  name: "torch.save",
  matches: isTorchFile,
  open: async (file, { weightSet }) => checkpointOf(await readTorchFile(file), weightSet),
};

function checkpointOf(file: TorchFile, asked: WeightSet | undefined): TorchCheckpoint {
  const { weightSet, tensors } = findStateDict(file.root, file.path, asked);
  const described = Array.from(tensors, ([name, tensor]): [string, StoredTensor] => [
    name,
    { dtype: tensor.dtype, shape: tensor.shape, location: file.locate(tensor) },
  ]);
  return {
    weightSet,
    tensors: new Map(described),
    config: hyperParameters(file.root),
    async read(name, options) {
      const tensor = tensors.get(name);
      if (!tensor) throw new SdttError("not-found", `${file.path} has no tensor ${quoted(name)}.`);
      return await file.read(tensor, options);
    },
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}
