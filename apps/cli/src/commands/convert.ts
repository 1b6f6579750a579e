import { Option } from "commander";
import type { Command } from "commander";
import { SdttError } from "@sdtt/core";
import { revealOrders } from "@sdtt/scheduler";
import type { RevealOrder } from "@sdtt/scheduler";
import { convertToFolder, convertToOnnx } from "sdtt";
import type { ConvertOptions, WeightType } from "sdtt";
import { realNumber, wholeNumber } from "../numbers.ts";
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";
import { addCheckpointOptions, findCheckpoint } from "../model-options.ts";
import { publicName } from "../public-name.ts";
import type { CheckpointFlags } from "../model-options.ts";
import { withTransferView } from "../transfer-view.ts";

interface Flags extends CheckpointFlags {
  readonly dtype?: WeightType;
  readonly format?: "safetensors" | "onnx";
  readonly temperature?: number;
  readonly topP?: number;
  readonly order?: RevealOrder;
  readonly correctorSteps?: number;
  readonly bos?: boolean;
  readonly page?: boolean;
  readonly verify: boolean;
}

export function addConvertCommand(program: Command, context: CliContext): void {
  const command = program
    .command("convert")
    .description("make a folder in the Hub's layout, or an ONNX file, of any checkpoint")
    .argument("<model>", "a folder, a file, or a model by name")
    .argument("<target>", "the folder to make; ending in .onnx, the file")
    .addOption(
      new Option("--dtype <type>", "of the weights (default: as they are stored)").choices([
        "float32",
        "float16",
        "bfloat16",
        "int8",
      ]),
    )
    .addOption(
      new Option("--format <name>", "(default: as the target's name says)").choices(["safetensors", "onnx"]),
    )
    .option(
      "--temperature <number>",
      "what the folder recommends to draw with, in its generation_config.json",
      realNumber({ above: 0 }),
    )
    .option("--top-p <share>", "the same for top-p", realNumber({ above: 0, most: 1 }))
    .addOption(new Option("--order <name>", "the same for the order of masks").choices(revealOrders))
    .option(
      "--corrector-steps <count>",
      "the same for steps that correct a text",
      wholeNumber({ least: 0, most: 65_536 }),
    )
    .option("--bos", "recommend that texts without a prompt begin with the end-of-text token too")
    .option("--page", "for a web page: also list the files with their hashes, in files.json")
    .option("--no-verify", "do not run the ONNX file and compare it with the model");
  addCheckpointOptions(command).action(async (source: string, target: string, flags: Flags) =>
    convert(source, target, flags, context),
  );
}

async function convert(name: string, target: string, flags: Flags, context: CliContext): Promise<void> {
  const format = settleFormat(target, flags.format);
  const { temperature, topP, order, bos, correctorSteps } = flags;
  const samplingDefaults = {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(order === undefined ? {} : { order }),
    ...(bos ? { addBos: true } : {}),
    ...(correctorSteps === undefined ? {} : { correctorSteps }),
  };
  if (format === "onnx" && Object.keys(samplingDefaults).length > 0) {
    throw new SdttError(
      "usage",
      "An ONNX file does not say how to draw from it: --temperature, --top-p, --order, --bos and --corrector-steps are for a folder.",
    );
  }
  if (format === "onnx" && flags.page) {
    throw new SdttError("usage", "A page loads a folder, not an ONNX file: --page is for a folder.");
  }
  const options: ConvertOptions = {
    path: await findCheckpoint(name, flags, context),
    source: await publicName(name),
    target,
    dtype: flags.dtype,
    weightSet: flags.weights,
    samplingDefaults,
    forPage: flags.page,
    signal: context.signal,
  };
  if (format === "safetensors") {
    await withTransferView(context, ({ show }) => convertToFolder({ ...options, onProgress: show }));
    printLine(context.stdout, target);
    return;
  }
  const { files, verification } = await withTransferView(context, ({ show, note }) =>
    convertToOnnx({
      ...options,
      verify: flags.verify,
      onProgress: show,
      onVerify: () => note("Comparing it with the model ..."),
    }),
  );
  for (const file of files) printLine(context.stdout, file);
  if (verification) {
    const { distance, allowed } = verification;
    printLine(
      context.stderr,
      `It computes what the model does: total variation ${distance.toExponential(1)}, ${allowed} at most.`,
    );
  }
}

function settleFormat(target: string, format: Flags["format"]): NonNullable<Flags["format"]> {
  const named = target.endsWith(".onnx") ? "onnx" : "safetensors";
  if (format === undefined || format === named) return named;
  throw new SdttError(
    "usage",
    `${format === "onnx" ? "The target of an ONNX export is a file whose name ends in .onnx" : "A name that ends in .onnx is not for a folder"}; got ${target}.`,
  );
}
