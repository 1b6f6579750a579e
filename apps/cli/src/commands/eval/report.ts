import { join } from "node:path";
import { SdttError } from "@sdtt/core";
import { planReport } from "@sdtt/eval";
import { comparisonsTable, formatTable, measurementsTable } from "@sdtt/report";
import type { Table } from "@sdtt/report";
import type { Precision } from "@sdtt/scheduler";
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { printLine } from "../../context.ts";
import type { CliContext } from "../../context.ts";
import { protocolOption } from "../../evaluation/judge-protocol.ts";
import type { JudgeProtocol } from "../../evaluation/judge-protocol.ts";
import { makeReport } from "../../evaluation/report/make-report.ts";
import { createReportProgress } from "../../evaluation/report/progress.ts";
import type { LabelledName } from "../../evaluation/report/report-subjects.ts";
import { writeFiles } from "../../evaluation/write-files.ts";
import { openResults } from "../../evaluation/report/results-file.ts";
import type { EngineFlags } from "../../engine-options.ts";
import { addEngineAndCheckpointOptions } from "../../model-options.ts";
import type { CheckpointFlags } from "../../model-options.ts";
import { wholeNumber } from "../../numbers.ts";

interface ReportFlags extends CheckpointFlags, EngineFlags {
  readonly model: readonly string[];
  readonly judge: string;
  readonly protocol: JudgeProtocol;
  readonly teacher?: string;
  readonly steps: readonly number[];
  readonly precision: readonly Precision[];
  readonly texts: number;
  readonly length?: number;
  readonly seed: number;
  readonly showSteps?: readonly number[];
  readonly out: string;
}

const defaultSteps = [1, 2, 4, 8, 16, 32, 64, 128, 256];

export function addReportCommand(parent: Command, context: CliContext): void {
  const command = parent
    .command("report")
    .description("quality of texts against steps and seconds, models side by side: a page, a table and plots")
    .requiredOption("-m, --model <models...>", "models by name; label=name says what to call one")
    .requiredOption("--judge <name>", "an autoregressive model; label=name as well")
    .addOption(protocolOption())
    .option("--teacher <label>", "what the others are compared with (default: the first model)")
    .option("-s, --steps <list>", "steps to sample with, ascending", wholeNumbers, defaultSteps)
    .option("-n, --texts <count>", "texts of each measurement", wholeNumber({ least: 1 }), 64)
    .option("-l, --length <tokens>", "of each text (default: the first model's)", wholeNumber({ least: 2 }))
    .option("--seed <number>", "of every measurement", wholeNumber({ least: 0 }), 1)
    .addOption(
      new Option("--precision <names...>", "of the draws; gumbel32 repeats published numbers")
        .choices(["exact", "gumbel32"])
        .default(["exact"]),
    )
    .option("--show-steps <list>", "steps whose texts are shown (default: three of them)", wholeNumbers)
    .option("-o, --out <directory>", "of the report; what was measured there already is kept", "report");
  addEngineAndCheckpointOptions(command).action((flags: ReportFlags) => report(flags, context));
}

async function report(flags: ReportFlags, context: CliContext): Promise<void> {
  const { steps, seed, texts, length, out } = flags;
  const models = flags.model.map(labelled);
  const precisions = [...new Set(flags.precision)];
  const labels = models.map(({ label }) => label);
  const judge = labelled(flags.judge);
  const plan = planReport({ labels, judge: judge.label, teacher: flags.teacher, steps, precisions });
  const shownSteps = flags.showSteps ?? threeOf(steps);
  checkShown(shownSteps, steps);
  const progress = createReportProgress(context);
  try {
    const made = await makeReport({
      context,
      opening: flags,
      models,
      judge,
      protocol: flags.protocol,
      plan,
      settings: { steps, precisions, seed, texts, length, teacher: plan.teacher, shownSteps },
      results: await openResults(join(out, "results.jsonl")),
      progress,
    });
    // What draws takes a while to load.
    const { reportFiles } = await import("@sdtt/report/draw");
    await writeFiles(out, reportFiles(made));
    printTable(context, measurementsTable(made.rows));
    if (made.comparisons.length > 0) {
      printLine(context.stdout);
      printTable(context, comparisonsTable(made.comparisons));
    }
    printLine(context.stderr, `\nReport: ${join(out, "index.html")}`);
  } finally {
    progress.close();
  }
}

function printTable({ stdout }: CliContext, { columns, rows }: Table): void {
  printLine(stdout, formatTable(columns, rows));
}

/** `label=name`, or a name that is its own label. A path may hold an equals sign. */
function labelled(text: string): LabelledName {
  const [, label, name] = /^([^=/\\]+)=(.+)$/.exec(text) ?? [undefined, text, text];
  return { label: label!, name: name! };
}

function wholeNumbers(text: string): readonly number[] {
  try {
    return text.split(",").map(wholeNumber({ least: 1 }));
  } catch {
    throw new InvalidArgumentError(`Expected whole numbers from 1, as in 1,2,4; got "${text}".`);
  }
}

function threeOf(steps: readonly number[]): readonly number[] {
  const [first, middle, last] = [steps[0]!, steps[Math.floor(steps.length / 2)]!, steps.at(-1)!];
  return [...new Set([first, middle, last])];
}

function checkShown(shown: readonly number[], steps: readonly number[]): void {
  const other = shown.find((count) => !steps.includes(count));
  if (other === undefined) return;
  throw new SdttError(
    "usage",
    `--show-steps names ${other}, which is not among the steps ${steps.join(", ")}.`,
  );
}
