import type { DetokenizerName, Packing } from "@sdtt/data";
import { plural } from "@sdtt/report/text";
import { Option } from "commander";
import type { Command } from "commander";
import type { CliContext } from "../../context.ts";
import { openNamedCheckpoint } from "../../evaluation/examine-model.ts";
import { readHeldOutTexts } from "../../evaluation/held-out-texts.ts";
import { packingOption } from "../../evaluation/packing-option.ts";
import { openPerplexityMeter } from "../../evaluation/perplexity-meter.ts";
import { addModelOptions } from "../../model-options.ts";
import type { ModelFlags } from "../../model-options.ts";
import { wholeNumber } from "../../numbers.ts";
import { dataForms, detokenizerNames } from "../../training/find-data.ts";
import { printFacts } from "./print-facts.ts";

interface NelboFlags extends ModelFlags {
  readonly data: string;
  readonly field: string;
  readonly detokenizer: DetokenizerName | "none";
  readonly dataCache?: string;
  readonly length?: number;
  readonly packing: Packing;
  readonly texts?: number;
  readonly draws: number;
  readonly seed: number;
  readonly json?: boolean;
}

export function addNelboCommand(parent: Command, context: CliContext): void {
  addModelOptions(
    parent
      .command("nelbo")
      .description(
        "the perplexity on a text that a model was not trained on: a bound for diffusion models, exact for autoregressive ones",
      )
      .requiredOption("-d, --data <data>", dataForms)
      .option("--field <name>", "of JSONL, or column of Parquet, that holds the text", "text")
      .addOption(
        new Option("--detokenizer <name>", "makes text of a corpus that is published as words")
          .choices(detokenizerNames)
          .default("none"),
      )
      .option("--data-cache <directory>", "where tokenized text is kept (default: the user's cache)")
      .option("-l, --length <tokens>", "tokens of a block (default: the model's)", wholeNumber({ least: 1 }))
      .addOption(packingOption())
      .option("--texts <count>", "take only the first blocks (default: all)", wholeNumber({ least: 1 }))
      .option("--draws <count>", "noise levels for each block, of a bound", wholeNumber({ least: 1 }), 1)
      .option("--seed <number>", "decides noise levels and masks", wholeNumber({ least: 0 }), 0)
      .option("--json", "print the result as JSON"),
  ).action((flags: NelboFlags) => evaluate(flags, context));
}

async function evaluate(flags: NelboFlags, context: CliContext): Promise<void> {
  const { model, data, draws, seed } = flags;
  const checkpoint = await openNamedCheckpoint(model, flags, context);
  const { texts } = await readHeldOutTexts({ ...flags, checkpoint }, context);
  await using meter = await openPerplexityMeter(flags, checkpoint.description, context);
  const found = await meter.measure(texts, { draws, seed });
  const { bound, nats, standardError, perplexity } = found;
  const most = bound ? "at most " : "";
  const scored = bound ? `${plural(draws, "noise level")} each` : "the first of each not scored";
  const about = { model, data, texts: texts.batch, length: texts.length };
  printFacts(context, flags, { ...about, ...found }, [
    ["perplexity", `${most}${perplexity.toFixed(2)}`],
    ["nats per token", `${most}${nats.toFixed(4)}, standard error ${standardError.toFixed(4)}`],
    ["texts", `${texts.batch} of ${texts.length} tokens, ${scored}`],
  ]);
}
