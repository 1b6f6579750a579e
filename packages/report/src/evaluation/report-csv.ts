import type { FrontierDifference } from "@sdtt/eval";
import { csvFormat } from "d3-dsv";
import type { BenchmarkedFamily, Report } from "./report.ts";

/** A line for each measurement; for students with how they compare with the teacher at equal entropy. */
export function reportCsv(report: Report): string {
  return format(linesOf(report, report.metrics));
}

/** The same of all families, whose names stand in the first column. */
export function benchmarkCsv(families: readonly BenchmarkedFamily[]): string {
  const metrics = families.flatMap(({ report }) => report.metrics);
  return format(
    families.flatMap(({ name, report }) =>
      linesOf(report, metrics).map((line) => ({ family: name, ...line })),
    ),
  );
}

type Line = Readonly<Record<string, string | number>>;

function format(lines: readonly Line[]): string {
  return `${csvFormat(lines)}\n`;
}

function linesOf({ rows, comparisons, settings, judge }: Report, metrics: Report["metrics"]): Line[] {
  return rows.map(({ distinct, measures, ...row }) => {
    const beside = comparisons.find(
      ({ label, steps, precision, temperature }) =>
        label === row.label &&
        steps === row.steps &&
        precision === row.precision &&
        temperature === row.temperature &&
        row.kind === "diffusion",
    );
    return {
      model: row.label,
      kind: row.kind,
      judge: judge.label,
      precision: row.precision,
      steps: row.steps,
      temperature: row.temperature,
      passes: row.passes,
      texts: settings.texts,
      length: settings.length,
      perplexity: row.perplexity,
      nats: row.nats,
      standard_error: known(row.standardError),
      unigram_entropy: row.unigramEntropy,
      ...Object.fromEntries([1, 2, 3].map((n) => [`distinct_${n}`, distinct[n - 1] ?? ""])),
      ...Object.fromEntries(metrics.map(({ name }) => [name.replaceAll("-", "_"), known(measures[name])])),
      seconds_per_text: row.secondsPerText,
      ...difference("same_steps", beside?.atSameSteps),
      ...difference("more_steps", beside?.atMoreSteps),
      teacher_steps_bound: beside?.teacherSteps.kind ?? "",
      teacher_steps: beside?.teacherSteps.steps ?? "",
      claim: beside?.verdict ?? "",
    };
  });
}

/** Beside the teacher at some steps and equal entropy. */
function difference(place: string, found: FrontierDifference | undefined): Line {
  return {
    [`teacher_steps_${place}`]: found?.steps ?? "",
    [`nats_difference_${place}`]: found?.nats ?? "",
    [`nats_difference_standard_error_${place}`]: known(found?.standardError),
    [`entropy_difference_${place}`]: found?.entropyDifference ?? "",
  };
}

function known(value: number | undefined): number | "" {
  return value === undefined || Number.isNaN(value) ? "" : value;
}
