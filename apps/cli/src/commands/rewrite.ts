import { createHash } from "node:crypto";
import { createStream, SdttError } from "@sdtt/core";
import { readDocuments } from "@sdtt/data";
import { plural } from "@sdtt/report/text";
import { seedOf } from "sdtt";
import type { CausalLanguageModel } from "sdtt";
import type { Command } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";
import { openTextsFile } from "../many-texts/texts-file.ts";
import type { TextsFile } from "../many-texts/texts-file.ts";
import { addModelOptions, openCausalModel } from "../model-options.ts";
import type { ModelFlags } from "../model-options.ts";
import { realNumber, wholeNumber } from "../numbers.ts";
import { rewriteGroup } from "../rewriting/rewrite-texts.ts";
import { checkBeginning } from "../rewriting/rewriting-plan.ts";
import { dataForms, findData } from "../training/find-data.ts";
import { showProgress } from "../work-progress.ts";

interface Flags extends ModelFlags {
  readonly data: string;
  readonly field: string;
  readonly out: string;
  readonly samples?: number;
  readonly beginning: number;
  readonly length?: number;
  readonly seed?: number;
  readonly temperature: number;
  readonly topP: number;
  readonly groupTexts: number;
}

export function addRewriteCommand(program: Command, context: CliContext): void {
  const command = program
    .command("rewrite")
    .description(
      "have an autoregressive model finish the beginnings of texts, for a diffusion model to learn from (sequence-level distillation)",
    )
    .requiredOption("-d, --data <data>", dataForms)
    .requiredOption(
      "--out <file>",
      "a line of JSON for each text that comes to an end; resumes what was stopped",
    )
    .option("--field <name>", "of JSONL, or column of Parquet, that holds the text", "text")
    .option(
      "-n, --samples <count>",
      "texts to write (default: as many as there are documents)",
      wholeNumber({ least: 1 }),
    )
    .option(
      "--beginning <tokens>",
      "the most tokens of a document that a text begins with; how many is drawn for each",
      wholeNumber({ least: 1 }),
      22,
    )
    .option(
      "-l, --length <tokens>",
      "the most tokens of a text (default: what the model was trained on)",
      wholeNumber({ least: 1 }),
    )
    .option(
      "--seed <number>",
      "the same seed writes the same texts (default: random)",
      wholeNumber({ least: 0 }),
    )
    .option("-t, --temperature <number>", "divides the logits", realNumber({ above: 0 }), 1)
    .option(
      "--top-p <share>",
      "keep the likeliest tokens up to this probability",
      realNumber({ above: 0, most: 1 }),
      0.8,
    )
    .option(
      "--group-texts <count>",
      "texts that are written together",
      wholeNumber({ least: 1, most: 4096 }),
      48,
    );
  addModelOptions(command).action((flags: Flags) => rewrite(flags, context));
}

async function rewrite(flags: Flags, context: CliContext): Promise<void> {
  const { out, beginning, temperature, topP, groupTexts } = flags;
  const { signal, stderr } = context;
  await using model = await openCausalModel(flags, context);
  const { endOfTextId } = model.tokenizer;
  if (endOfTextId === undefined) {
    throw new SdttError(
      "usage",
      `The tokenizer of ${model.name} has no end-of-text token: its texts never end.`,
    );
  }
  const { length = model.description.config.length } = flags;
  checkBeginning(beginning, length);
  const beginnings = await readBeginnings(flags, model.tokenizer, context);
  const { samples: total = beginnings.length } = flags;
  const seed = seedOf(flags);
  const root = createStream(seed);
  const plan = { beginnings, endOfTextId, longestBeginning: beginning, stream: root.child("beginnings") };
  const run = runOf({ flags, seed, length, beginnings });
  await using file = await openTextsFile({ path: out, run, signal });
  const drawing = { temperature, topP, length, stream: root.child("draws"), signal };
  try {
    using progress = showProgress(context, "Rewriting");
    for (let first = firstToWrite(file, total, groupTexts); first < total; first += groupTexts) {
      const count = Math.min(groupTexts, total - first);
      const lines = await rewriteGroup({ model, plan, first, count, ...drawing });
      await file.add(lines.filter((line) => !file.has((JSON.parse(line) as { index: number }).index)));
      progress.update(`${first + count} of ${plural(total, "text")}`, (first + count) / total);
    }
  } catch (error) {
    printLine(stderr, `What is done is in ${file.partial}; the same command with --seed ${seed} resumes.`);
    throw error;
  }
  const ended = await file.finish(total);
  printLine(
    stderr,
    `${model.name}: ${ended} of ${plural(total, "text")} came to an end, seed ${seed}, in ${out}`,
  );
}

/** As many tokens of each document as a text may begin with. */
async function readBeginnings(
  { data, field, offline, beginning }: Flags,
  tokenizer: CausalLanguageModel["tokenizer"],
  context: CliContext,
): Promise<Int32Array[]> {
  const { signal } = context;
  const found = await findData(data, { offline }, context);
  const beginnings: Int32Array[] = [];
  for await (const text of readDocuments({ ...found, field, signal })) {
    // A token of a long document's beginning is far shorter than this.
    const ids = tokenizer.encode(text.slice(0, 32 * beginning)).slice(0, beginning);
    if (ids.length > 0) beginnings.push(ids);
  }
  if (beginnings.length === 0) throw new SdttError("usage", `${data} has no text to begin with.`);
  return beginnings;
}

/** Names the partial file: other texts have another. */
function runOf(options: {
  readonly flags: Flags;
  readonly seed: number;
  readonly length: number;
  readonly beginnings: readonly Int32Array[];
}): string {
  const { flags, seed, length, beginnings } = options;
  const { model, weights, dtype, beginning, temperature, topP } = flags;
  const hash = createHash("sha256");
  hash.update(
    JSON.stringify([manifest.version, model, weights, dtype, seed, length, beginning, temperature, topP]),
  );
  for (const ids of beginnings) hash.update(ids);
  return hash.digest("hex").slice(0, 32);
}

/** The beginning of the last group of which anything is there: it may have been cut off. */
function firstToWrite(file: TextsFile, total: number, size: number): number {
  for (let index = total - 1; index >= 0; index--) {
    if (file.has(index)) return index - (index % size);
  }
  return 0;
}
