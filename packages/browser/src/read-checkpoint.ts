import {
  expectDenoiser,
  fileOfBytes,
  readModel,
  readSafetensors,
  readSamplingDefaults,
} from "@sdtt/checkpoint";
import type { SamplingDefaults, StoredModel } from "@sdtt/checkpoint";
import { SdttError } from "@sdtt/core";
import type { DenoiserDescription } from "@sdtt/models";
import { configFile, generationConfigFile, tokenizerFile, weightsFile } from "./weights/remote-file.ts";

/** A diffusion model in memory. */
export interface Checkpoint extends StoredModel<DenoiserDescription> {
  /** The content of its `tokenizer.json`. */
  readonly json?: string | undefined;
  readonly samplingDefaults?: SamplingDefaults | undefined;
}

/**
 * Reads the files of a model called `name`.
 *
 * @throws SdttError `format` or `checkpoint` if they hold none; `aborted`.
 */
export async function readCheckpoint(
  name: string,
  contents: ReadonlyMap<string, Uint8Array>,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Checkpoint> {
  const weights = contents.get(weightsFile)!;
  const tensors = await readSafetensors(fileOfBytes(weightsFile, weights));
  const generationConfig = jsonOf(contents, generationConfigFile);
  const model = await readModel({
    // In memory: nothing here lies where a runtime would map it.
    tensors: {
      ...tensors,
      tensors: new Map(Array.from(tensors.tensors, ([key, { dtype, shape }]) => [key, { dtype, shape }])),
    },
    config: jsonOf(contents, configFile),
    configPath: configFile,
    path: name,
    signal,
  });
  const tokenizer = contents.get(tokenizerFile);
  return {
    ...expectDenoiser(model, name),
    json: tokenizer && new TextDecoder().decode(tokenizer),
    samplingDefaults:
      generationConfig === undefined
        ? undefined
        : readSamplingDefaults(generationConfig, generationConfigFile),
  };
}

function jsonOf(contents: ReadonlyMap<string, Uint8Array>, path: string): unknown {
  const bytes = contents.get(path);
  if (!bytes) return undefined;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SdttError("format", `${path} is no valid JSON: ${(cause as Error).message}.`, { cause });
  }
}
