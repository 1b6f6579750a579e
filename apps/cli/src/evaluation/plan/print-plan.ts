import { formatBytes, formatSeconds, formatTable, plural } from "@sdtt/report/text";
import { printLine } from "../../context.ts";
import type { CliContext } from "../../context.ts";
import { secondsOf } from "./work-plan.ts";
import type { FamilyWork, Source } from "./work-plan.ts";

/** The work of families, a line for each model, and what it takes in all. */
export function printPlan({ stdout }: CliContext, families: readonly FamilyWork[]): void {
  const columns = [
    { title: "model" },
    { title: "done", align: "right" },
    { title: "to do", align: "right" },
    { title: "time", align: "right" },
    { title: "download", align: "right" },
  ] as const;
  const rows = families.flatMap((family) => [
    ...family.models.map((model) => [
      model.label,
      `${model.known}`,
      `${model.cells.length}`,
      formatTime(model, secondsOf(model, family)),
      formatDownload(model),
    ]),
    [`${family.judge.label} (judge)`, "", "", "", formatDownload(family.judge)],
  ]);
  printLine(stdout, formatTable(columns, rows));
  printLine(stdout);
  for (const line of totals(families)) printLine(stdout, line);
}

function totals(families: readonly FamilyWork[]): string[] {
  const works = families.flatMap((family) => family.models.map((model) => ({ model, family })));
  const seconds = works.map(({ model, family }) => secondsOf(model, family));
  const sources = uniqueSources(families);
  const unknown = seconds.filter((one) => Number.isNaN(one)).length;
  const cells = works.reduce((sum, { model }) => sum + model.cells.length, 0);
  const time = formatSeconds(sum(seconds.filter((one) => !Number.isNaN(one))));
  const downloads = sources.map(({ download }) => download ?? 0);
  const unsized = sources.filter(({ download }) => download === undefined).length;
  // Float32 weights of the largest model beside its judge's.
  const memory = Math.max(
    ...families.map(({ models, judge }) => {
      const largest = Math.max(...models.map(({ parameters = 0 }) => parameters));
      return 4 * (largest + (judge.parameters ?? 0));
    }),
  );
  return [
    `time      about ${time} for ${plural(cells, "measurement")}${unknown > 0 ? `, and ${plural(unknown, "model")} of unknown size` : ""}`,
    `download  ${formatBytes(sum(downloads))}${unsized > 0 ? `, and ${plural(unsized, "model")} of unknown size` : ""}`,
    `memory    about ${formatBytes(memory)} for the weights of the largest model and its judge`,
    ...(sources.every(({ isHere }) => isHere)
      ? []
      : ["Times with ~ are of models that are not on this machine: scaled by size from the bundled model."]),
  ];
}

/** A model that stands in several families is downloaded once. */
function uniqueSources(families: readonly FamilyWork[]): Source[] {
  const all = families.flatMap(({ models, judge }): Source[] => [...models, judge]);
  return [...new Map(all.map((source) => [source.name, source])).values()];
}

function formatTime({ isHere }: Source, seconds: number): string {
  if (Number.isNaN(seconds)) return "not known";
  return `${isHere ? "" : "~ "}${formatSeconds(seconds)}`;
}

function formatDownload({ isHere, download }: Source): string {
  if (isHere) return "";
  return download === undefined ? "not known" : formatBytes(download);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
