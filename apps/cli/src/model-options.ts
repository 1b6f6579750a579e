import { Option } from "commander";
import type { Command } from "commander";
import type { WeightSet } from "@sdtt/hub";
import type { Engine } from "@sdtt/runtime";
import { combineModels, loadCausalModel, loadModel, locateModel } from "sdtt";
import type { CausalLanguageModel, LanguageModel, LoadModelOptions, TextSampleOptions } from "sdtt";
import { printLine } from "./context.ts";
import type { CliContext } from "./context.ts";
import { withDownloadProgress } from "./download-progress.ts";
import { addEngineOptions, dtypeNames, engineOptions, forEachGpu } from "./engine-options.ts";
import type { EngineFlags } from "./engine-options.ts";

/** Which weights to open, and from where. */
export interface CheckpointFlags {
  readonly weights?: WeightSet;
  readonly offline?: boolean;
}

/** Which model, and on what it runs. */
export interface ModelFlags extends CheckpointFlags, EngineFlags {
  readonly model: string;
  readonly dtype?: (typeof dtypeNames)[number] | undefined;
}

/** A model to open: as the flags say, or on an engine that is there already. */
export type OpenModelOptions = Omit<ModelFlags, "engine"> & {
  readonly engine: EngineFlags["engine"] | Engine;
};

export function addCheckpointOptions(command: Command): Command {
  return addOfflineOption(
    command.addOption(new Option("--weights <set>", "of a training checkpoint").choices(["ema", "raw"])),
  );
}

export function addOfflineOption(command: Command): Command {
  return command.option("--offline", "use nothing that is not on this machine already");
}

export function addModelOptions(command: Command): Command {
  return addEngineAndCheckpointOptions(
    command
      .option("-m, --model <name>", "a named model, org/name@revision, a folder or a file", "tiny")
      .addOption(
        new Option(
          "--dtype <name>",
          "what matrix products are computed in; the halves are for GPUs, int8 for CPUs",
        ).choices(dtypeNames),
      ),
  );
}

/** How models run, and where they come from. */
export function addEngineAndCheckpointOptions(command: Command): Command {
  return addCheckpointOptions(addEngineOptions(command));
}

/**
 * Loads the diffusion model that the options name, saying on stderr what it downloads and what `auto` took. What the draws of
 * `drawAs` take is loaded with it.
 */
export async function openModel(
  options: OpenModelOptions,
  context: CliContext,
  drawAs?: TextSampleOptions,
): Promise<LanguageModel> {
  const { dtype } = options;
  const model = await withDownloadProgress(context, (onDownload) =>
    loadModel(options.model, { ...loadOptions(options, context), dtype, drawAs, onDownload }),
  );
  if (options.device === "auto") printLine(context.stderr, `Computing on ${model.device}.`);
  return model;
}

/** As `openModel`, to write texts as `request` says: on each of several GPUs, with the texts dealt out over them. */
export async function openWriter(
  flags: ModelFlags,
  context: CliContext,
  request: TextSampleOptions,
): Promise<LanguageModel> {
  const models: LanguageModel[] = [];
  try {
    for (const on of forEachGpu(flags)) models.push(await openModel(on, context, request));
    return models.length === 1 ? models[0]! : combineModels(models);
  } catch (error) {
    for (const model of models) await model[Symbol.asyncDispose]();
    throw error;
  }
}

/** As `openModel`, an autoregressive model. */
export async function openCausalModel(
  options: OpenModelOptions,
  context: CliContext,
): Promise<CausalLanguageModel> {
  const model = await withDownloadProgress(context, (onDownload) =>
    loadCausalModel(options.model, { ...loadOptions(options, context), dtype: options.dtype, onDownload }),
  );
  if (options.device === "auto") printLine(context.stderr, `Computing on ${model.device}.`);
  return model;
}

/** As `openCausalModel`, to judge the texts of another model: in float32, whatever that one computes in. */
export async function openJudge(
  options: OpenModelOptions,
  context: CliContext,
): Promise<CausalLanguageModel> {
  return openCausalModel({ ...options, dtype: undefined }, context);
}

function loadOptions(options: OpenModelOptions, { env, signal }: CliContext): LoadModelOptions {
  const { engine, weights: weightSet, offline } = options;
  const on = typeof engine === "string" ? engineOptions({ ...options, engine }) : { engine };
  return { ...on, weightSet, offline, hub: { environment: env }, signal };
}

/** The folder or file that a name or path stands for, saying on stderr what it downloads. */
export async function findCheckpoint(
  name: string,
  { offline }: CheckpointFlags,
  context: CliContext,
): Promise<string> {
  const { env, signal } = context;
  return withDownloadProgress(context, (onDownload) =>
    locateModel(name, { offline, hub: { environment: env }, onDownload, signal }),
  );
}
