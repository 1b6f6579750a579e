import type { Command } from "commander";
import { parseTemplate } from "sdtt";
import { checkDiffusion } from "../check-length.ts";
import type { CliContext } from "../context.ts";
import { addModelOptions, openWriter } from "../model-options.ts";
import type { ModelFlags } from "../model-options.ts";
import { readTextInput } from "../text-input.ts";
import { addSamplingOptions, samplingOptions } from "../sampling-options.ts";
import type { SamplingFlags } from "../sampling-options.ts";
import { writeTexts } from "../write-texts.ts";
import type { OutputFlags } from "../write-texts.ts";
import { addOutputOptions } from "./sample.ts";

type Flags = ModelFlags & SamplingFlags & OutputFlags;

export function addInfillCommand(program: Command, context: CliContext): void {
  const command = program
    .command("infill")
    .description("fill the gaps of a text: <mask> is one token, <mask:8> eight")
    .argument(
      "<text>",
      'for example "Lily saw a <mask:2> and it was <mask:3>."; - reads it from standard input',
    );
  addOutputOptions(addSamplingOptions(addModelOptions(command))).action(
    async (text: string, flags: Flags) => {
      const template = parseTemplate(text === "-" ? await readTextInput(text, context) : text);
      const options = { ...samplingOptions(flags), template };
      await using model = await openWriter(flags, context, options);
      await checkDiffusion(context, model, options);
      await writeTexts(context, model, options, flags);
    },
  );
}
