import { join } from "node:path";
import { measurementsTable } from "@sdtt/report";
import type { Command } from "commander";
import { printLine, printTable } from "../../context.ts";
import type { CliContext } from "../../context.ts";
import type { EngineFlags } from "../../engine-options.ts";
import { readBenchmarkConfig } from "../../evaluation/benchmark-config.ts";
import { evaluateFamilies } from "../../evaluation/evaluate-families.ts";
import { planFamilies } from "../../evaluation/plan/plan-families.ts";
import { printPlan } from "../../evaluation/plan/print-plan.ts";
import { writeFiles } from "../../evaluation/write-files.ts";
import { addQueueOptions } from "../../many-texts/queue-options.ts";
import type { QueueFlags } from "../../many-texts/queue-options.ts";
import { addEngineAndCheckpointOptions } from "../../model-options.ts";
import type { CheckpointFlags } from "../../model-options.ts";

interface BenchmarkFlags extends CheckpointFlags, EngineFlags, QueueFlags {
  readonly plan?: boolean;
  readonly out: string;
}

export function addBenchmarkCommand(parent: Command, context: CliContext): void {
  const command = parent
    .command("benchmark")
    .description("reports on families of models from one config file: one page, one table")
    .argument(
      "<config>",
      "a JSON file: families of models with their judges, steps, temperatures, orders, precisions",
    )
    .option("--plan", "say what is left to measure, and the time, download and memory that it takes, and end")
    .option("-o, --out <directory>", "of the page; what was measured there already is kept", "benchmark");
  addQueueOptions(addEngineAndCheckpointOptions(command)).action((config: string, flags: BenchmarkFlags) =>
    benchmark(config, flags, context),
  );
}

async function benchmark(config: string, flags: BenchmarkFlags, context: CliContext): Promise<void> {
  const { out, plan } = flags;
  const named = await readBenchmarkConfig(config);
  const families = named.map(({ family }) => family);
  if (plan) return printPlan(context, await planFamilies({ context, opening: flags, families, out }));
  const reports = await evaluateFamilies({ context, opening: flags, families, out });
  const made = named.map(({ name }, i) => ({ name, report: reports[i]! }));
  // What draws takes a while to load.
  const { benchmarkFiles } = await import("@sdtt/report/draw");
  await writeFiles(out, benchmarkFiles({ families: made }));
  for (const { name, report } of made) {
    printLine(context.stdout, `${name}\n`);
    printTable(context, measurementsTable(report));
    printLine(context.stdout);
  }
  printLine(context.stderr, `Benchmark: ${join(out, "index.html")}`);
}
