import { quoted } from "@sdtt/checkpoint";
import type { StoredTensor, TensorFile, TensorFileFormat, WeightSet } from "@sdtt/checkpoint";
import { SdttError } from "@sdtt/core";
import { hyperParameters } from "./hyper-parameters.ts";
import { findStateDict } from "./state-dict.ts";
import { isTorchFile, readTorchFile } from "./torch-file.ts";
import type { TorchFile } from "./torch-file.ts";

/** Lightning checkpoints and bare state dicts, told by the start of a zip archive or of a pickle. */
export const torchFormat: TensorFileFormat = {
  name: "torch.save",
  matches: isTorchFile,
  open: async (file, { weightSet }) => namedTensors(await readTorchFile(file), weightSet),
};

function namedTensors(file: TorchFile, weightSet: WeightSet | undefined): TensorFile {
  const stateDict = findStateDict(file.root, file.path, weightSet);
  const described = Array.from(stateDict, ([name, tensor]): [string, StoredTensor] => [
    name,
    { dtype: tensor.dtype, shape: tensor.shape, location: file.locate(tensor) },
  ]);
  return {
    tensors: new Map(described),
    config: hyperParameters(file.root),
    async read(name, options) {
      const tensor = stateDict.get(name);
      if (!tensor) throw new SdttError("not-found", `${file.path} has no tensor ${quoted(name)}.`);
      return await file.read(tensor, options);
    },
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}
