import { isCausal } from "@sdtt/models";
import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { openNamedCheckpoint } from "../evaluation/examine-model.ts";
import { addModelOptions, openCausalModel, openModel } from "../model-options.ts";
import type { ModelFlags } from "../model-options.ts";
import { addSamplingOptions, causalSamplingOptions, samplingOptions } from "../sampling-options.ts";
import type { SamplingFlags } from "../sampling-options.ts";
import { writeTexts } from "../write-texts.ts";
import type { OutputFlags } from "../write-texts.ts";

type Flags = ModelFlags & SamplingFlags & OutputFlags & { readonly prompt?: string };

export function addSampleCommand(program: Command, context: CliContext): void {
  const command = program
    .command("sample")
    .description("write text, from nothing or from a prompt; autoregressive models write it token by token")
    .option("-p, --prompt <text>", "what the text begins with");
  addOutputOptions(addSamplingOptions(addModelOptions(command))).action(async (flags: Flags) => {
    const { description } = await openNamedCheckpoint(flags.model, flags, context);
    if (isCausal(description)) {
      const options = { ...causalSamplingOptions(flags), prompt: flags.prompt };
      await using model = await openCausalModel(flags, context);
      await writeTexts(context, model, options, flags);
      return;
    }
    await using model = await openModel(flags, context);
    await writeTexts(context, model, { ...samplingOptions(flags), prompt: flags.prompt }, flags);
  });
}

/** How the texts are shown. */
export function addOutputOptions(command: Command): Command {
  return command
    .option("--live", "show the text as it comes into being (default: if stderr is a terminal)")
    .option("--no-live", "do not show it")
    .option("--raw", "print all tokens as they are, <|endoftext|> among them")
    .option("--json", "print a JSON object for each text");
}
