import { Option } from "commander";
import type { Command } from "commander";
import { loadModel } from "sdtt";
import type { LanguageModel } from "sdtt";
import type { CliContext } from "./context.ts";
import { wholeNumber } from "./numbers.ts";

/** Which model, and on what it runs. */
export interface ModelFlags {
  readonly model: string;
  readonly threads?: number;
  readonly engine: "auto" | "c-api" | "binding";
  readonly weights?: "raw" | "ema";
  readonly offline?: boolean;
}

export function addModelOptions(command: Command): Command {
  return command
    .option("-m, --model <name>", "a named model, org/name@revision, a folder or a file", "tiny")
    .option("--threads <count>", "threads to compute with (default: all cores)", wholeNumber({ least: 1 }))
    .addOption(
      new Option("--engine <name>", "how ONNX Runtime is called")
        .choices(["auto", "c-api", "binding"])
        .default("auto"),
    )
    .addOption(new Option("--weights <set>", "of a training checkpoint").choices(["ema", "raw"]))
    .option("--offline", "use nothing that is not on this machine already");
}

/** Loads the model that the options name, saying on stderr what it downloads. */
export async function openModel(flags: ModelFlags, context: CliContext): Promise<LanguageModel> {
  return loadModel(flags.model, {
    threads: flags.threads,
    engine: flags.engine,
    weightSet: flags.weights,
    offline: flags.offline,
    hub: { environment: context.env },
    signal: context.signal,
  });
}
