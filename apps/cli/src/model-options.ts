import { Option } from "commander";
import type { Command } from "commander";
import type { WeightSet } from "@sdtt/hub";
import type { Engine } from "@sdtt/runtime";
import { loadCausalModel, loadModel, locateModel } from "sdtt";
import type { CausalLanguageModel, LanguageModel, LoadModelOptions } from "sdtt";
import type { CliContext } from "./context.ts";
import { withDownloadProgress } from "./download-progress.ts";
import { wholeNumber } from "./numbers.ts";

/** Which weights to open, and from where. */
export interface CheckpointFlags {
  readonly weights?: WeightSet;
  readonly offline?: boolean;
}

/** On what a model runs. */
export interface EngineFlags {
  readonly threads?: number;
  readonly engine: "auto" | "c-api" | "binding";
}

/** Which model, and on what it runs. */
export interface ModelFlags extends CheckpointFlags, EngineFlags {
  readonly model: string;
}

/** A model to open: as the flags say, or on an engine that is there already. */
export interface OpenModelOptions extends CheckpointFlags {
  readonly model: string;
  readonly threads?: number | undefined;
  readonly engine: EngineFlags["engine"] | Engine;
}

export function addCheckpointOptions(command: Command): Command {
  return addOfflineOption(
    command.addOption(new Option("--weights <set>", "of a training checkpoint").choices(["ema", "raw"])),
  );
}

export function addOfflineOption(command: Command): Command {
  return command.option("--offline", "use nothing that is not on this machine already");
}

export function addModelOptions(command: Command): Command {
  return addEngineOptions(
    command.option("-m, --model <name>", "a named model, org/name@revision, a folder or a file", "tiny"),
  );
}

/** How models run, and where they come from. */
export function addEngineOptions(command: Command): Command {
  const options = command
    .option("--threads <count>", "threads to compute with (default: all cores)", wholeNumber({ least: 1 }))
    .addOption(
      new Option("--engine <name>", "how ONNX Runtime is called")
        .choices(["auto", "c-api", "binding"])
        .default("auto"),
    );
  return addCheckpointOptions(options);
}

/** Loads the diffusion model that the options name, saying on stderr what it downloads. */
export async function openModel(options: OpenModelOptions, context: CliContext): Promise<LanguageModel> {
  return withDownloadProgress(context, (onDownload) =>
    loadModel(options.model, { ...loadOptions(options, context), onDownload }),
  );
}

/** As `openModel`, an autoregressive model. */
export async function openCausalModel(
  options: OpenModelOptions,
  context: CliContext,
): Promise<CausalLanguageModel> {
  return withDownloadProgress(context, (onDownload) =>
    loadCausalModel(options.model, { ...loadOptions(options, context), onDownload }),
  );
}

function loadOptions(options: OpenModelOptions, { env, signal }: CliContext): LoadModelOptions {
  const { threads, engine, weights: weightSet, offline } = options;
  return { threads, engine, weightSet, offline, hub: { environment: env }, signal };
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
