import { join } from "node:path";
import { zeroShotSets } from "@sdtt/eval";
import type { ZeroShotSet } from "@sdtt/eval";
import type { Checkpoint } from "@sdtt/hub";
import { formatTable } from "@sdtt/report/text";
import { Option } from "commander";
import type { Command } from "commander";
import { printLine } from "../../context.ts";
import type { CliContext } from "../../context.ts";
import { examineModel, openNamedCheckpoint } from "../../evaluation/examine-model.ts";
import { readHeldOutTexts } from "../../evaluation/held-out-texts.ts";
import { openPerplexityMeter } from "../../evaluation/perplexity-meter.ts";
import type { PerplexityMeter } from "../../evaluation/perplexity-meter.ts";
import { planZeroShot } from "../../evaluation/plan-zero-shot.ts";
import { openResults, resultKey } from "../../evaluation/results-file.ts";
import type { ResultsFile } from "../../evaluation/results-file.ts";
import { zeroShotRowSchema } from "../../evaluation/zero-shot-row.ts";
import type { ZeroShotRow } from "../../evaluation/zero-shot-row.ts";
import { addModelOptions } from "../../model-options.ts";
import type { ModelFlags } from "../../model-options.ts";
import { wholeNumber } from "../../numbers.ts";

interface ZeroShotFlags extends ModelFlags {
  readonly sets: readonly string[];
  readonly texts: number;
  readonly length?: number;
  readonly draws: number;
  readonly seed: number;
  readonly dataCache?: string;
  readonly out: string;
  readonly plan?: boolean;
  readonly json?: boolean;
}

const names = zeroShotSets.map(({ name }) => name);

export function addZeroShotCommand(parent: Command, context: CliContext): void {
  addModelOptions(
    parent
      .command("zero-shot")
      .description(
        "the perplexity on the corpora of MDLM's table, fetched from the Hub, which a model was not trained on",
      )
      .addOption(new Option("--sets <names...>", "which of them").choices(names).default(names))
      .option("--texts <count>", "blocks of each, from its beginning", wholeNumber({ least: 1 }), 64)
      .option("-l, --length <tokens>", "tokens of a block (default: the model's)", wholeNumber({ least: 3 }))
      .option("--draws <count>", "noise levels for each block, of a bound", wholeNumber({ least: 1 }), 1)
      .option("--seed <number>", "decides noise levels and masks", wholeNumber({ least: 0 }), 0)
      .option("--data-cache <directory>", "where tokenized text is kept (default: the user's cache)")
      .option("-o, --out <directory>", "of the results; what was measured there already is kept", "zero-shot")
      .option("--plan", "say what would be downloaded, and stop")
      .option("--json", "print the result as JSON"),
  ).action((flags: ZeroShotFlags) => zeroShot(flags, context));
}

async function zeroShot(flags: ZeroShotFlags, context: CliContext): Promise<void> {
  const sets = zeroShotSets.filter(({ name }) => flags.sets.includes(name));
  if (flags.plan) {
    printLine(context.stdout, await planZeroShot(sets, flags, context));
    return;
  }
  const checkpoint = await openNamedCheckpoint(flags.model, flags, context);
  const { digest } = await examineModel(flags.model, flags, context, (same) => same);
  const results = await openResults(join(flags.out, "zero-shot.jsonl"), zeroShotRowSchema);
  const rows: ZeroShotRow[] = [];
  // The model is loaded when something is left to measure.
  let meter: Promise<PerplexityMeter> | undefined;
  const open = () => (meter ??= openPerplexityMeter(flags, checkpoint.description, context));
  try {
    for (const set of sets) {
      rows.push(await measureSet(set, { flags, checkpoint, digest, results, open }, context));
    }
  } finally {
    await (await meter)?.[Symbol.asyncDispose]();
  }
  printRows(rows, flags, context);
}

async function measureSet(
  { name, title, data, field, detokenizer }: ZeroShotSet,
  work: {
    flags: ZeroShotFlags;
    checkpoint: Checkpoint;
    digest: string;
    results: ResultsFile<ZeroShotRow>;
    open: () => Promise<PerplexityMeter>;
  },
  context: CliContext,
): Promise<ZeroShotRow> {
  const { flags, checkpoint, digest, results, open } = work;
  const { model, texts: most, length, draws, seed, dtype, dataCache, offline } = flags;
  const { texts, blockCount, fingerprint } = await readHeldOutTexts(
    {
      checkpoint,
      model,
      data,
      field,
      detokenizer,
      packing: "joined",
      length,
      texts: most,
      dataCache,
      offline,
    },
    context,
  );
  const key = resultKey({ digest, fingerprint, texts: texts.batch, draws, seed, dtype });
  const known = results.get(key);
  if (known) return known;
  const meter = await open();
  const found = await meter.measure(texts, { draws, seed, what: `Measuring on ${title}` });
  const { bound, perplexity, nats, standardError, tokens } = found;
  const row = { set: name, bound, perplexity, nats, standardError, tokens, texts: texts.batch, blockCount };
  await results.add(key, row);
  return row;
}

function printRows(rows: readonly ZeroShotRow[], { model, json }: ZeroShotFlags, context: CliContext): void {
  if (json) {
    printLine(context.stdout, JSON.stringify({ model, rows }, undefined, 2));
    return;
  }
  const columns = [
    { title: "set" },
    { title: "perplexity", align: "right" as const },
    { title: "nats per token", align: "right" as const },
    { title: "standard error", align: "right" as const },
    { title: "blocks", align: "right" as const },
    { title: "of", align: "right" as const },
  ];
  const lines = rows.map(({ set, bound, perplexity, nats, standardError, texts, blockCount }) => [
    zeroShotSets.find(({ name }) => name === set)!.title,
    `${bound ? "<= " : ""}${perplexity.toFixed(2)}`,
    nats.toFixed(4),
    standardError?.toFixed(4) ?? "",
    String(texts),
    String(blockCount),
  ]);
  printLine(context.stdout, formatTable(columns, lines));
}
