import { SdttError } from "@sdtt/core";
import { isCausal } from "@sdtt/models";
import { Option } from "commander";
import type { Command } from "commander";
import { checkDiffusion, checkLength } from "../check-length.ts";
import type { CliContext } from "../context.ts";
import { openNamedCheckpoint } from "../evaluation/examine-model.ts";
import { queueForm } from "../many-texts/queue-options.ts";
import type { ManyTextsFlags } from "../many-texts/write-many.ts";
import { addModelOptions, openCausalModel, openWriter } from "../model-options.ts";
import type { ModelFlags } from "../model-options.ts";
import { addSamplingOptions, causalSamplingOptions, samplingOptions } from "../sampling-options.ts";
import { wholeNumber } from "../numbers.ts";
import { readTextInput } from "../text-input.ts";
import type { SamplingFlags } from "../sampling-options.ts";
import { writeTexts } from "../write-texts.ts";
import type { OutputFlags } from "../write-texts.ts";

interface Flags extends ModelFlags, SamplingFlags, OutputFlags, ManyTextsFlags {
  readonly prompt?: string;
  readonly promptFile?: string;
}

export function addSampleCommand(program: Command, context: CliContext): void {
  const command = program
    .command("sample")
    .description("write text, from nothing or from a prompt; autoregressive models write it token by token")
    .option("-p, --prompt <text>", "what the text begins with")
    .addOption(
      new Option(
        "--prompt-file <file>",
        "the same from a file, or from standard input for -: UTF-8, without its last line ending",
      ).conflicts("prompt"),
    )
    .option(
      "--out <file>",
      "write a line of JSON for each text, in order, into a file; resumes what was stopped",
    )
    .option("--queue [address]", `have \`sdtt worker\` write them, over ${queueForm}; needs --out or --json`)
    .option(
      "--job-texts <count>",
      "texts that are written together with --out or --queue",
      wholeNumber({ least: 1, most: 4096 }),
      16,
    );
  addOutputOptions(addSamplingOptions(addModelOptions(command))).action(async (flags: Flags) => {
    const { promptFile, out, queue, json } = flags;
    if (queue !== undefined && out === undefined && !json) {
      throw new SdttError(
        "usage",
        "--queue writes lines of JSON: give --out FILE, or --json for standard output.",
      );
    }
    const prompt = promptFile === undefined ? flags.prompt : await readTextInput(promptFile, context);
    if (out !== undefined || queue !== undefined) {
      const { writeMany } = await import("../many-texts/write-many.ts");
      return writeMany(flags, prompt, context);
    }
    const { description } = await openNamedCheckpoint(flags.model, flags, context);
    if (isCausal(description)) {
      const options = { ...causalSamplingOptions(flags), prompt };
      await using model = await openCausalModel(flags, context);
      checkLength(context, model, options);
      await writeTexts(context, model, options, flags);
      return;
    }
    const options = { ...samplingOptions(flags), prompt };
    await using model = await openWriter(flags, context, options);
    await checkDiffusion(context, model, options);
    await writeTexts(context, model, options, flags);
  });
}

/** How the texts are shown. */
export function addOutputOptions(command: Command): Command {
  return command
    .option("--live", "show the text as it is written (default: if stderr is a terminal)")
    .option("--no-live", "do not show it")
    .option("--raw", "print all tokens as they are, <|endoftext|> among them")
    .option("--json", "print a JSON object for each text");
}
