import { Option } from "commander";
import type { Command } from "commander";
import type { WeightSet } from "@sdtt/hub";
import { loadModel, locateModel } from "sdtt";
import type { LanguageModel } from "sdtt";
import type { CliContext } from "./context.ts";
import { withDownloadProgress } from "./download-progress.ts";
import { wholeNumber } from "./numbers.ts";

/** Which weights to open, and from where. */
export interface CheckpointFlags {
  readonly weights?: WeightSet;
  readonly offline?: boolean;
}

/** Which model, and on what it runs. */
export interface ModelFlags extends CheckpointFlags {
  readonly model: string;
  readonly threads?: number;
  readonly engine: "auto" | "c-api" | "binding";
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
  const options = command
    .option("-m, --model <name>", "a named model, org/name@revision, a folder or a file", "tiny")
    .option("--threads <count>", "threads to compute with (default: all cores)", wholeNumber({ least: 1 }))
    .addOption(
      new Option("--engine <name>", "how ONNX Runtime is called")
        .choices(["auto", "c-api", "binding"])
        .default("auto"),
    );
  return addCheckpointOptions(options);
}

/** Loads the model that the options name, saying on stderr what it downloads. */
export async function openModel(flags: ModelFlags, context: CliContext): Promise<LanguageModel> {
  return withDownloadProgress(context, (onDownload) =>
    loadModel(flags.model, {
      threads: flags.threads,
      engine: flags.engine,
      weightSet: flags.weights,
      offline: flags.offline,
      hub: { environment: context.env },
      onDownload,
      signal: context.signal,
    }),
  );
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
