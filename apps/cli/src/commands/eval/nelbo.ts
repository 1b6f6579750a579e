import { createStream } from "@sdtt/core";
import type { Packing } from "@sdtt/data";
import { causalPerplexity, nelboBound } from "@sdtt/eval";
import type { Samples } from "@sdtt/eval";
import type { Checkpoint } from "@sdtt/hub";
import { isCausal } from "@sdtt/models";
import { plural } from "@sdtt/report";
import { Option } from "commander";
import type { Command } from "commander";
import type { CliContext } from "../../context.ts";
import { denoiserOf } from "../../evaluation/denoiser-of.ts";
import { openNamedCheckpoint } from "../../evaluation/examine-model.ts";
import { readBlocks } from "../../evaluation/read-blocks.ts";
import { addModelOptions, openCausalModel, openModel } from "../../model-options.ts";
import type { ModelFlags } from "../../model-options.ts";
import { wholeNumber } from "../../numbers.ts";
import { showProgress } from "../../work-progress.ts";
import { printFacts } from "./print-facts.ts";

interface NelboFlags extends ModelFlags {
  readonly data: string;
  readonly field: string;
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
      .requiredOption("-d, --data <files>", "text or JSONL, also .gz: a file, a folder or a pattern")
      .option("--field <name>", "of JSONL that holds the text", "text")
      .option("--data-cache <directory>", "where tokenized text is kept (default: the user's cache)")
      .option("-l, --length <tokens>", "tokens of a block (default: the model's)", wholeNumber({ least: 1 }))
      .addOption(
        new Option("--packing <name>", "documents one after the other, or each block beginning with one")
          .choices(["joined", "documents"])
          .default("joined"),
      )
      .option("--texts <count>", "take only the first blocks (default: all)", wholeNumber({ least: 1 }))
      .option("--draws <count>", "noise levels for each block, of a bound", wholeNumber({ least: 1 }), 1)
      .option("--seed <number>", "decides noise levels and masks", wholeNumber({ least: 0 }), 0)
      .option("--json", "print the result as JSON"),
  ).action(async (flags: NelboFlags) => {
    const checkpoint = await openNamedCheckpoint(flags.model, flags, context);
    const texts = await readTexts(flags, checkpoint, context);
    const evaluate = isCausal(checkpoint.description) ? evaluateExactly : evaluateBound;
    await evaluate(flags, texts, context);
  });
}

async function evaluateBound(flags: NelboFlags, texts: Samples, context: CliContext): Promise<void> {
  await using model = await openModel(flags, context);
  using progress = showProgress(context, "Measuring");
  const { draws, seed } = flags;
  const bound = await nelboBound({
    denoiser: denoiserOf(model),
    texts,
    stream: createStream(seed),
    draws,
    onProgress: (done, total) => progress.update(`${done} of ${plural(total, "draw")}`, done / total),
    signal: context.signal,
  });
  const { nats, standardError, perplexity } = bound;
  printFacts(context, flags, { ...resultOf(flags, texts), bound: true, seed, ...bound }, [
    ["perplexity", `at most ${perplexity.toFixed(2)}`],
    ["nats per token", `at most ${nats.toFixed(4)}, standard error ${standardError.toFixed(4)}`],
    ["texts", `${texts.batch} of ${texts.length} tokens, ${plural(draws, "noise level")} each`],
  ]);
}

async function evaluateExactly(flags: NelboFlags, texts: Samples, context: CliContext): Promise<void> {
  await using model = await openCausalModel(flags, context);
  using progress = showProgress(context, "Measuring");
  const { nats, standardError, perplexity } = await causalPerplexity({
    judge: model.network,
    texts,
    onProgress: (done, total) => progress.update(`${done} of ${plural(total, "text")}`, done / total),
    signal: context.signal,
  });
  const tokens = texts.batch * (texts.length - 1);
  const result = { ...resultOf(flags, texts), bound: false, perplexity, nats, standardError, tokens };
  printFacts(context, flags, result, [
    ["perplexity", perplexity.toFixed(2)],
    ["nats per token", `${nats.toFixed(4)}, standard error ${standardError.toFixed(4)}`],
    ["texts", `${texts.batch} of ${texts.length} tokens, the first of each not scored`],
  ]);
}

async function readTexts(flags: NelboFlags, checkpoint: Checkpoint, context: CliContext): Promise<Samples> {
  const { model: name, data, dataCache: cache, texts: most = Infinity } = flags;
  const length = flags.length ?? checkpoint.description.config.length;
  return readBlocks(data, { ...flags, context, checkpoint, name, length, cache, most });
}

function resultOf({ model, data }: NelboFlags, { batch, length }: Samples): object {
  return { model, data, texts: batch, length };
}
