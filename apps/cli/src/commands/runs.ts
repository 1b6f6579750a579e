import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SdttError } from "@sdtt/core";
import { formatSeconds, formatTable } from "@sdtt/report/text";
import type { RunSummary } from "@sdtt/report";
import type { Command } from "commander";
import { printLine } from "../context.ts";
import type { CliContext } from "../context.ts";
import { readRuns } from "../training/read-runs.ts";

export function addRunsCommand(program: Command, context: CliContext): void {
  program
    .command("runs")
    .description("list runs of train and distill, and write a page with their curves")
    .argument("[directory]", "where to look", "runs")
    .option("--page <file>", "where to write the page (default: index.html in the directory)")
    .action(async (directory: string, { page = join(directory, "index.html") }: { page?: string }) => {
      const runs = await readRuns(directory);
      if (runs.length === 0) {
        throw new SdttError(
          "not-found",
          `There is no run in ${directory}: name the directory that holds them.`,
        );
      }
      printLine(context.stdout, formatTable(columns, runs.map(row)));
      // What draws takes a while to load.
      const { runsPage } = await import("@sdtt/report/draw");
      await writeFile(page, runsPage(runs));
      printLine(context.stderr, `\nCurves: ${page}`);
    });
}

const columns = [
  { title: "run" },
  { title: "update", align: "right" },
  { title: "round", align: "right" },
  { title: "loss", align: "right" },
  { title: "held out", align: "right" },
  { title: "time", align: "right" },
] as const;

function row({ name, step, steps, round, losses, validations, seconds }: RunSummary): string[] {
  const last = (points: RunSummary["losses"]) => points.at(-1)?.[1].toPrecision(4) ?? "";
  const updates = `${step}/${steps}`;
  return [
    name,
    updates,
    round > 0 ? `${round}` : "",
    last(losses),
    last(validations),
    formatSeconds(seconds),
  ];
}
