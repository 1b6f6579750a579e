import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  expectDenoiser,
  generationConfigOf,
  modelConfig,
  openCheckpoint,
  rotaryFrequencies,
  writeSafetensors,
} from "@sdtt/hub";
import type { Checkpoint } from "@sdtt/hub";
import type { ConvertOptions } from "./convert-options.ts";
import { writeFileList } from "./file-list.ts";
import { provenanceOfConversion } from "./provenance.ts";
import { moveIntoPlace, openStaging, whileWriting } from "./staging.ts";
import { tensorSources } from "./tensor-sources.ts";

/** The file of weights in the Hub's layout. */
const weightsName = "model.safetensors";

/**
 * Makes a folder in the Hub's layout of any checkpoint: `config.json` and `model.safetensors` as SDTT writes them, or Transformers of a GPT-2, and
 * `tokenizer.json` and `generation_config.json` if the checkpoint has them; for a page `files.json`. One tensor is in memory at a time. The folder appears when it is whole.
 *
 * @returns the checkpoint that was read.
 * @throws SdttError `usage` if something is at the target; `checkpoint` for an autoregressive model that is for a page; `numeric` for weights that are not finite or beyond the range of the type; `io`;
 *   what `openCheckpoint` throws.
 */
export async function convertToFolder(options: ConvertOptions): Promise<Checkpoint> {
  const { path, target, dtype, weightSet, forPage, onProgress = () => {}, signal } = options;
  const checkpoint = await openCheckpoint({ path, weightSet, signal });
  if (forPage) expectDenoiser(checkpoint, path);
  const provenance = await provenanceOfConversion(options);
  await using staging = await openStaging(target);
  const inStaging = (name: string) => join(staging.folder, name);

  const { description, tokenizer } = checkpoint;
  const ownTokenizer = tokenizer && "path" in tokenizer ? tokenizer.path : undefined;
  const tokenizerName =
    tokenizer && "name" in tokenizer ? tokenizer.name : ownTokenizer && "./tokenizer.json";
  const config = { ...modelConfig({ description, tokenizerName }), provenance };
  const generationConfig = generationConfigOf({
    ...checkpoint.samplingDefaults,
    ...options.samplingDefaults,
  });
  const writeJson = (name: string, content: unknown) =>
    writeFile(inStaging(name), `${JSON.stringify(content, undefined, 2)}\n`);
  await whileWriting(target, async () => {
    await writeJson("config.json", config);
    if (generationConfig) await writeJson("generation_config.json", generationConfig);
    if (ownTokenizer) await copyFile(ownTokenizer, inStaging("tokenizer.json"));
  });
  // As those who made the family write its names, and what they keep beside the parameters.
  const isGpt2 = description.family === "gpt2";
  const prefix = isGpt2 ? "" : "backbone.";
  const tensors = tensorSources({
    checkpoint,
    dtype,
    prefix,
    onProgress: (progress) => onProgress({ file: weightsName, ...progress }),
  });
  if (!isGpt2) {
    const frequencies = rotaryFrequencies(description.config);
    const read = () => Promise.resolve(frequencies);
    tensors.set(`${prefix}rotary_emb.inv_freq`, { ...frequencies, read });
  }
  await writeSafetensors({ path: inStaging(weightsName), tensors, signal });
  if (forPage) await whileWriting(target, () => writeFileList(staging.folder, signal));
  await moveIntoPlace(staging.folder, target);
  return checkpoint;
}
