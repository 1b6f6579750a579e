import { join } from "node:path";
import { SdttError } from "@sdtt/core";
import type { Packing } from "@sdtt/data";
import { defaultClaim } from "@sdtt/eval";
import { comparisonsTable, measurementsTable } from "@sdtt/report";
import { revealOrders } from "@sdtt/scheduler";
import type { Precision, RevealOrder } from "@sdtt/scheduler";
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { printLine, printTable } from "../../context.ts";
import type { CliContext } from "../../context.ts";
import type { EngineFlags } from "../../engine-options.ts";
import { evaluateFamilies } from "../../evaluation/evaluate-families.ts";
import type { FamilyOptions, LabelledName } from "../../evaluation/family.ts";
import { protocolOption } from "../../evaluation/judge-protocol.ts";
import type { JudgeProtocol } from "../../evaluation/judge-protocol.ts";
import { metricList, metricNames } from "../../evaluation/metric-names.ts";
import type { MetricName } from "../../evaluation/metric-names.ts";
import { packingOption } from "../../evaluation/packing-option.ts";
import { planFamilies } from "../../evaluation/plan/plan-families.ts";
import { printPlan } from "../../evaluation/plan/print-plan.ts";
import { defaultSweep, shownStepsOf } from "../../evaluation/sweep.ts";
import { writeFiles } from "../../evaluation/write-files.ts";
import { addQueueOptions } from "../../many-texts/queue-options.ts";
import type { QueueFlags } from "../../many-texts/queue-options.ts";
import { addEngineAndCheckpointOptions } from "../../model-options.ts";
import type { CheckpointFlags } from "../../model-options.ts";
import { realNumber, wholeNumber } from "../../numbers.ts";

interface ReportFlags extends CheckpointFlags, EngineFlags, QueueFlags {
  readonly model: readonly string[];
  readonly judge: string;
  readonly protocol: JudgeProtocol;
  readonly teacher?: string;
  readonly steps: readonly number[];
  readonly temperatures: readonly number[];
  readonly orders: readonly RevealOrder[];
  readonly precision: readonly Precision[];
  readonly bos: boolean;
  readonly correctorSteps: number;
  readonly texts: number;
  readonly length?: number;
  readonly seed: number;
  readonly metrics?: readonly MetricName[];
  readonly reference?: string;
  readonly field: string;
  readonly packing: Packing;
  readonly showSteps?: readonly number[];
  readonly plan?: boolean;
  readonly out: string;
}

export function addReportCommand(parent: Command, context: CliContext): void {
  const { steps, temperatures, orders, texts, seed } = defaultSweep;
  const command = parent
    .command("report")
    .description("quality of texts against steps and entropy, models side by side: a page, a table and plots")
    .requiredOption("-m, --model <models...>", "models by name; label=name says what to call one")
    .requiredOption("--judge <name>", "an autoregressive model; label=name as well")
    .addOption(protocolOption())
    .option("--teacher <label>", "what the others are compared with (default: the first model)")
    .option("-s, --steps <list>", "steps to sample with, ascending", wholeNumbers, steps)
    .option("--temperatures <list>", "of exact draws, ascending: a frontier", positiveNumbers, temperatures)
    .option(
      "--orders <list>",
      `of the masks under exact draws, some of ${revealOrders.join(", ")}: each model in each; random is the published one`,
      orderList,
      orders,
    )
    .option(
      "--bos",
      "texts begin with the end-of-text token, as training texts do; the published ones do not",
      false,
    )
    .option(
      "--corrector-steps <count>",
      "after the steps of exact draws: each masks a fourth of the text and draws it again; the published sampler has none",
      wholeNumber({ least: 0, most: 65_536 }),
      0,
    )
    .option("-n, --texts <count>", "texts of each measurement", wholeNumber({ least: 1 }), texts)
    .option("-l, --length <tokens>", "of each text (default: the first model's)", wholeNumber({ least: 2 }))
    .option("--seed <number>", "of every measurement", wholeNumber({ least: 0 }), seed)
    .addOption(
      new Option("--precision <names...>", "of the draws; gumbel32 repeats published numbers")
        .choices(["exact", "gumbel32"])
        .default(["exact"]),
    )
    .option(
      "--metrics <list>",
      `some of ${metricNames} (default: what costs little and the texts are enough for)`,
      metricList,
    )
    .option(
      "--reference <files>",
      "texts of people to compare with and make naive baselines of (default: baselines of the judge's own texts)",
    )
    .option("--field <name>", "of a JSONL reference that holds the text", "text")
    .addOption(packingOption())
    .option("--show-steps <list>", "steps whose texts are shown (default: three of them)", wholeNumbers)
    .option("--plan", "say what is left to measure and how long it takes, and end")
    .option("-o, --out <directory>", "of the report; what was measured there already is kept", "report");
  addQueueOptions(addEngineAndCheckpointOptions(command)).action((flags: ReportFlags) =>
    report(flags, context),
  );
}

async function report(flags: ReportFlags, context: CliContext): Promise<void> {
  const { out, plan } = flags;
  const family = familyOf(flags);
  if (plan) {
    return printPlan(context, await planFamilies({ context, opening: flags, families: [family], out }));
  }
  const [made] = await evaluateFamilies({ context, opening: flags, families: [family], out });
  // What draws takes a while to load.
  const { reportFiles } = await import("@sdtt/report/draw");
  await writeFiles(out, reportFiles(made!));
  printTable(context, measurementsTable(made!));
  if (made!.comparisons.length > 0) {
    printLine(context.stdout);
    printTable(context, comparisonsTable(made!.comparisons, defaultClaim.factor));
  }
  printLine(context.stderr, `\nReport: ${join(out, "index.html")}`);
}

function familyOf(flags: ReportFlags): FamilyOptions {
  const { model, judge, teacher, steps, temperatures, orders, precision, texts, length, seed } = flags;
  const { bos, correctorSteps } = flags;
  const { protocol, metrics, reference, field, packing, showSteps: shownSteps = shownStepsOf(steps) } = flags;
  checkShown(shownSteps, steps);
  return {
    models: model.map(labelled),
    judge: labelled(judge),
    protocol,
    metrics,
    teacher,
    reference: reference === undefined ? undefined : { data: reference, field, packing },
    sweep: {
      steps,
      temperatures,
      orders,
      bos,
      correctorSteps,
      precisions: [...new Set(precision)],
      texts,
      length,
      seed,
    },
    shownSteps,
  };
}

/** `label=name`, or a name that is its own label. A path may hold an equals sign. */
function labelled(text: string): LabelledName {
  const [, label, name] = /^([^=/\\]+)=(.+)$/.exec(text) ?? [undefined, text, text];
  return { label: label!, name: name! };
}

function wholeNumbers(text: string): readonly number[] {
  return numbers(text, wholeNumber({ least: 1 }), "whole numbers from 1, as in 1,2,4");
}

function positiveNumbers(text: string): readonly number[] {
  return numbers(text, realNumber({ above: 0 }), "numbers above 0, as in 0.8,0.9,1");
}

function orderList(text: string): readonly RevealOrder[] {
  return text.split(",").map((name) => {
    const order = revealOrders.find((one) => one === name);
    if (order !== undefined) return order;
    throw new InvalidArgumentError(
      `Expected some of ${revealOrders.join(", ")}, as in random,spread; got "${text}".`,
    );
  });
}

function numbers(text: string, parse: (text: string) => number, expected: string): readonly number[] {
  try {
    return text.split(",").map(parse);
  } catch {
    throw new InvalidArgumentError(`Expected ${expected}; got "${text}".`);
  }
}

function checkShown(shown: readonly number[], steps: readonly number[]): void {
  const other = shown.find((count) => !steps.includes(count));
  if (other === undefined) return;
  throw new SdttError(
    "usage",
    `--show-steps names ${other}, which is not among the steps ${steps.join(", ")}.`,
  );
}
