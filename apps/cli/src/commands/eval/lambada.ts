import { createStream, SdttError } from "@sdtt/core";
import { readDocuments } from "@sdtt/data";
import { lambadaItems, lambadaOfCausalModel, lambadaOfDenoiser } from "@sdtt/eval";
import type { Lambada, LambadaEnd, LambadaItem } from "@sdtt/eval";
import { isCausal } from "@sdtt/models";
import { plural } from "@sdtt/report/text";
import type { Tokenizer } from "@sdtt/tokenizer";
import { Option } from "commander";
import type { Command } from "commander";
import { beginsWithBos } from "sdtt";
import type { CliContext } from "../../context.ts";
import { denoiserOf } from "../../evaluation/denoiser-of.ts";
import { openNamedCheckpoint } from "../../evaluation/examine-model.ts";
import { addModelOptions, openCausalModel, openModel } from "../../model-options.ts";
import type { ModelFlags } from "../../model-options.ts";
import { wholeNumber } from "../../numbers.ts";
import { showProgress } from "../../work-progress.ts";
import { printFacts } from "./print-facts.ts";

interface LambadaFlags extends ModelFlags {
  readonly data: string;
  readonly field: string;
  readonly end: LambadaEnd;
  readonly passages?: number;
  readonly draws: number;
  readonly seed: number;
  readonly json?: boolean;
}

export function addLambadaCommand(parent: Command, context: CliContext): void {
  addModelOptions(
    parent
      .command("lambada")
      .description(
        "how well a model finds the last word of passages (LAMBADA): accuracy, and perplexity of the word",
      )
      .requiredOption("-d, --data <files>", "passages, one a line of JSONL, also .gz")
      .option("--field <name>", "of JSONL that holds the passage", "text")
      .addOption(
        new Option(
          "--end <name>",
          "what a diffusion model sees after the word: an end of text, as in the paper, or masks",
        )
          .choices(["visible", "masked"])
          .default("visible"),
      )
      .option("--passages <count>", "take only the first (default: all)", wholeNumber({ least: 1 }))
      .option("--draws <count>", "noise levels of each passage, of a bound", wholeNumber({ least: 1 }), 32)
      .option("--seed <number>", "decides noise levels and masks", wholeNumber({ least: 0 }), 0)
      .option("--json", "print the result as JSON"),
  ).action(async (flags: LambadaFlags) => {
    const passages = await readPassages(flags, context);
    const { description } = await openNamedCheckpoint(flags.model, flags, context);
    const evaluate = isCausal(description) ? evaluateCausal : evaluateDiffusion;
    printResult(context, flags, await evaluate(flags, passages, context));
  });
}

async function evaluateDiffusion(
  flags: LambadaFlags,
  texts: readonly string[],
  context: CliContext,
): Promise<Lambada> {
  await using model = await openModel(flags, context);
  const { tokenizer, description } = model;
  const { endOfTextId: endId } = tokenizer;
  if (endId === undefined && flags.end === "visible") {
    throw new SdttError("usage", `${model.name} has no end-of-text token to show: take --end masked.`);
  }
  const items = itemsOf(texts, tokenizer, beginsWithBos(description, tokenizer));
  using progress = showProgress(context, "Measuring");
  return await lambadaOfDenoiser({
    denoiser: denoiserOf(model),
    items,
    end: flags.end,
    endId: endId ?? 0,
    stream: createStream(flags.seed),
    draws: flags.draws,
    maxLength: description.config.length,
    timeConditioning: description.config.timeConditioning,
    onProgress: (done, total) => progress.update(`${done} of ${plural(total, "passage")}`, done / total),
    signal: context.signal,
  });
}

async function evaluateCausal(
  flags: LambadaFlags,
  texts: readonly string[],
  context: CliContext,
): Promise<Lambada> {
  await using model = await openCausalModel(flags, context);
  using progress = showProgress(context, "Measuring");
  return await lambadaOfCausalModel({
    model: model.network,
    items: itemsOf(texts, model.tokenizer, true),
    onProgress: (done, total) => progress.update(`${done} of ${plural(total, "passage")}`, done / total),
    signal: context.signal,
  });
}

function itemsOf(texts: readonly string[], tokenizer: Tokenizer, bos: boolean): LambadaItem[] {
  return lambadaItems({ texts, tokenizer, bosId: bos ? tokenizer.endOfTextId : undefined });
}

async function readPassages(flags: LambadaFlags, { signal }: CliContext): Promise<string[]> {
  const { data: sources, field, passages: most = Infinity } = flags;
  const texts: string[] = [];
  for await (const text of readDocuments({ sources, field, signal })) {
    texts.push(text);
    if (texts.length === most) break;
  }
  return texts;
}

function printResult(context: CliContext, flags: LambadaFlags, found: Lambada): void {
  const { accuracy, perplexity, nats, standardError, passages, protocol } = found;
  printFacts(context, flags, { model: flags.model, data: flags.data, seed: flags.seed, ...found }, [
    ["accuracy", `${(100 * accuracy).toFixed(2)} %`],
    ["perplexity", `${perplexity.toFixed(2)} of a word`],
    ["nats per word", `${nats.toFixed(4)}, standard error ${standardError.toFixed(4)}`],
    ["protocol", protocol],
    ["passages", String(passages)],
  ]);
}
