import type { FrontierDifference, ReportRow, TeacherComparison } from "@sdtt/eval";
import { csvFormat } from "d3-dsv";
import type { BenchmarkedFamily, Report } from "./report.ts";

/**
 * A line for each measurement; for students with how they compare with the teacher at equal entropy, in the same order and in
 * the published one, `random`.
 */
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
    const beside = comparisons.filter((one) => isOf(one, row));
    return {
      model: row.label,
      kind: row.kind,
      judge: judge.label,
      precision: row.precision,
      steps: row.steps,
      temperature: row.temperature,
      order: row.kind === "diffusion" ? (row.order ?? "random") : "",
      passes: row.passes,
      texts: settings.texts,
      length: settings.length,
      bos: settings.bos ? "given" : "",
      corrector_steps:
        row.kind === "diffusion" && row.precision === "exact" ? (settings.correctorSteps ?? 0) : "",
      perplexity: row.perplexity,
      nats: row.nats,
      standard_error: known(row.standardError),
      unigram_entropy: row.unigramEntropy,
      ...Object.fromEntries([1, 2, 3].map((n) => [`distinct_${n}`, distinct[n - 1] ?? ""])),
      ...Object.fromEntries(metrics.map(({ name }) => [name.replaceAll("-", "_"), known(measures[name])])),
      seconds_per_text: row.secondsPerText,
      ...comparison(
        beside.find(({ order, teacherOrder }) => teacherOrder === order),
        "",
      ),
      ...comparison(
        beside.find(({ teacherOrder }) => teacherOrder === "random"),
        "_random_order",
      ),
    };
  });
}

function isOf(
  { label, steps, precision, temperature, order }: TeacherComparison,
  row: Omit<ReportRow, "distinct" | "measures">,
): boolean {
  return (
    row.kind === "diffusion" &&
    label === row.label &&
    steps === row.steps &&
    precision === row.precision &&
    temperature === row.temperature &&
    order === (row.order ?? "random")
  );
}

/** Beside the teacher in one order, which the end of the columns' names tells. */
function comparison(found: TeacherComparison | undefined, ending: string): Line {
  const columns = {
    ...difference("same_steps", found?.atSameSteps),
    ...difference("more_steps", found?.atMoreSteps),
    teacher_steps_bound: found?.teacherSteps.kind ?? "",
    teacher_steps: found?.teacherSteps.steps ?? "",
    claim: found?.verdict ?? "",
  };
  return Object.fromEntries(Object.entries(columns).map(([name, value]) => [name + ending, value]));
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
