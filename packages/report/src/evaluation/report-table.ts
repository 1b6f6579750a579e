import type { ReportRow, StepsToReach, TeacherComparison } from "@sdtt/eval";
import type { Column, Table } from "../table.ts";
import { formatDigits } from "../units.ts";

const number = (title: string): Column => ({ title, align: "right" });

/** What was measured. */
export function measurementsTable(rows: readonly ReportRow[]): Table {
  return {
    columns: [
      { title: "model" },
      { title: "draws" },
      number("steps"),
      number("passes"),
      number("perplexity"),
      number("± nats"),
      number("entropy"),
      number("distinct-1"),
      number("distinct-2"),
      number("s / text"),
    ],
    rows: rows.map((row) => [
      row.label,
      row.precision,
      row.kind === "diffusion" ? `${row.steps}` : "one a token",
      `${row.passes}`,
      formatDigits(row.perplexity, 4),
      Number.isNaN(row.standardError) ? "" : row.standardError.toFixed(3),
      row.unigramEntropy.toFixed(3),
      ...[0, 1].map((n) => row.distinct[n]?.toFixed(3) ?? ""),
      formatDigits(row.secondsPerText, 3),
    ]),
  };
}

/** The students beside the teacher. */
export function comparisonsTable(comparisons: readonly TeacherComparison[]): Table {
  return {
    columns: [
      { title: "student" },
      { title: "draws" },
      number("k"),
      number("teacher's steps"),
      number("factor"),
      number("entropy"),
      number("perplexity at k"),
      number("entropy at k"),
      { title: "claim" },
    ],
    rows: comparisons.map((comparison) => [
      comparison.label,
      comparison.precision,
      `${comparison.steps}`,
      formatSteps(comparison.teacherSteps),
      formatFactor(comparison),
      formatDifference(comparison.entropyDifference),
      `× ${formatDigits(comparison.perplexityRatio, 3)}`,
      formatDifference(comparison.entropyDifferenceAtSameSteps),
      comparison.holds === undefined ? "not known" : comparison.holds ? "holds" : "does not hold",
    ]),
  };
}

/** `36.1`, `≤ 1` or `> 256`. */
export function formatSteps({ kind, steps }: StepsToReach): string {
  if (kind === "about") return formatDigits(steps, 3);
  return `${kind === "at-most" ? "≤" : ">"} ${steps}`;
}

function formatFactor({ factor, teacherSteps: { kind } }: TeacherComparison): string {
  const bound = { about: "", "at-most": "≤ ", "more-than": "> " }[kind];
  return `${bound}${formatDigits(factor, 3)}`;
}

/** With its sign. */
export function formatDifference(nats: number): string {
  return `${nats < 0 ? "−" : "+"}${Math.abs(nats).toFixed(3)}`;
}
