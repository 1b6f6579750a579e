import { isModelConfig, isPlainConfig, readModel, readSamplingDefaults } from "@sdtt/checkpoint";
import type { SamplingDefaults, StoredModel, TensorFile } from "@sdtt/checkpoint";
import type { ModelDescription } from "@sdtt/models";
import { locateCheckpoint } from "./locate.ts";
import { openShards } from "./open-shards.ts";
import { openTensorFile } from "./open-tensor-file.ts";
import type { OpenTensorFileOptions } from "./open-tensor-file.ts";
import { readJson } from "./read-json.ts";

/** Which checkpoint, and what of it. The path is that of a directory, of a file of tensors or of an index of shards. */
export interface OpenCheckpointOptions extends OpenTensorFileOptions {
  readonly signal?: AbortSignal | undefined;
}

/** A model on disk: what it is and where its weights lie. Nothing is left open. */
export interface Checkpoint<Description extends ModelDescription = ModelDescription> extends Pick<
  StoredModel<Description>,
  "description" | "weights"
> {
  /** A `tokenizer.json` beside the model; without one the name of the tokenizer, if the config tells it. */
  readonly tokenizer?: { readonly path: string } | { readonly name: string } | undefined;
  /** Of a `generation_config.json` beside the model. */
  readonly samplingDefaults?: SamplingDefaults | undefined;
}

/** The files of a checkpoint, opened, before anything is made of what they hold. */
export interface CheckpointContents extends AsyncDisposable {
  readonly tensors: TensorFile;
  /** What the file of tensors says of its model or else what `config.json` says. A file may say only other things. */
  readonly config?: unknown;
  readonly configPath?: string | undefined;
  readonly tokenizerPath?: string | undefined;
  readonly generationConfigPath?: string | undefined;
}

/**
 * Opens a checkpoint and tells what model it holds. Only headers, configs and what cannot be mapped are read.
 *
 * @throws SdttError `not-found` or `io` if a file cannot be read; `format` if one breaks its format's rules;
 *   `checkpoint` if it holds no model of a family that is known, or none that agrees with its config.
 */
export async function openCheckpoint(options: OpenCheckpointOptions): Promise<Checkpoint> {
  const { path, signal } = options;
  await using contents = await openCheckpointContents(options);
  const { tensors: file, config, configPath, tokenizerPath, generationConfigPath } = contents;
  const { description, weights, tokenizerName } = await readModel({
    tensors: file,
    config,
    path,
    configPath,
    signal,
  });
  const byName = tokenizerName === undefined ? undefined : { name: tokenizerName };
  return {
    description,
    weights,
    tokenizer: tokenizerPath === undefined ? byName : { path: tokenizerPath },
    samplingDefaults:
      generationConfigPath === undefined
        ? undefined
        : readSamplingDefaults(await readJson(generationConfigPath), generationConfigPath),
  };
}

/**
 * Opens the files of a checkpoint without judging what they hold: for listing the tensors of a broken one.
 *
 * @throws SdttError `not-found`, `io` or `format`, as `openCheckpoint`.
 */
export async function openCheckpointContents(options: OpenCheckpointOptions): Promise<CheckpointContents> {
  const paths = await locateCheckpoint(options.path, options.weightSet);
  const besides = paths.config === undefined ? undefined : await readJson(paths.config);
  const open = paths.model.endsWith(".index.json") ? openShards : openTensorFile;
  const weightSet = paths.isChosen ? undefined : options.weightSet;
  const tensors = await open({ ...options, path: paths.model, weightSet });
  const isTold = isModelConfig(tensors.config) && isPlainConfig(tensors.config);
  const isInside = tensors.config !== undefined && (isTold || besides === undefined);
  return {
    tensors,
    config: isInside ? tensors.config : besides,
    configPath: isInside ? paths.model : paths.config,
    tokenizerPath: paths.tokenizer,
    generationConfigPath: paths.generationConfig,
    [Symbol.asyncDispose]: () => tensors[Symbol.asyncDispose](),
  };
}
