import type { FrontierDifference, ReportRow, StepsToReach, TeacherComparison } from "@sdtt/eval";
import type { Column, Table } from "../table.ts";
import { formatDigits } from "../units.ts";
import type { Report } from "./report.ts";

const number = (title: string): Column => ({ title, align: "right" });

/** What was measured. */
export function measurementsTable({ rows, metrics }: Pick<Report, "rows" | "metrics">): Table {
  return {
    columns: [
      { title: "model" },
      { title: "draws" },
      number("steps"),
      number("temperature"),
      { title: "order" },
      number("passes"),
      number("perplexity"),
      number("± nats"),
      number("entropy"),
      number("distinct-1"),
      number("distinct-2"),
      ...metrics.map(({ title }) => number(title)),
      number("s / text"),
    ],
    rows: rows.map((row) => [
      row.label,
      row.kind === "baseline" ? "" : row.precision,
      { diffusion: `${row.steps}`, autoregressive: "one a token", baseline: "" }[row.kind],
      row.kind === "baseline" ? "" : `${row.temperature}`,
      row.kind === "diffusion" ? (row.order ?? "random") : "",
      row.kind === "baseline" ? "" : `${row.passes}`,
      formatDigits(row.perplexity, 4),
      Number.isNaN(row.standardError) ? "" : row.standardError.toFixed(3),
      row.unigramEntropy.toFixed(3),
      ...[0, 1].map((n) => row.distinct[n]?.toFixed(3) ?? ""),
      ...metrics.map(({ name }) => formatMeasure(row.measures[name])),
      row.kind === "baseline" ? "" : formatDigits(row.secondsPerText, 3),
    ]),
  };
}

/** The students beside the teacher at equal entropy, and the teacher in other orders beside itself in the published one. */
export function comparisonsTable(comparisons: readonly TeacherComparison[], factor: number): Table {
  return {
    columns: [
      { title: "model" },
      { title: "draws" },
      number("k"),
      number("temperature"),
      { title: "order" },
      { title: "teacher's" },
      number("nats, to k"),
      number(`nats, to ${factor}k`),
      number("entropy"),
      number("teacher's steps"),
      number("factor"),
      { title: "claim" },
    ],
    rows: comparisons.map((comparison) => [
      comparison.label,
      comparison.precision,
      `${comparison.steps}`,
      `${comparison.temperature}`,
      comparison.order,
      comparison.teacherOrder,
      formatDifference(comparison.atSameSteps),
      comparison.atMoreSteps ? formatDifference(comparison.atMoreSteps) : "",
      formatEntropy(comparison.atMoreSteps ?? comparison.atSameSteps),
      formatSteps(comparison.teacherSteps),
      formatFactor(comparison),
      verdictWords[comparison.verdict],
    ]),
  };
}

/** A verdict in words, and as a sign of one character. */
export const verdictWords = {
  holds: "holds",
  fails: "does not hold",
  open: "within the noise",
  unknown: "not known",
} as const;
export const verdictSigns = { holds: "✓", fails: "✗", open: "≈", unknown: "?" } as const;

/** `36.1`, `≤ 1` or `> 256`. */
function formatSteps({ kind, steps }: StepsToReach): string {
  if (kind === "about") return formatDigits(steps, 3);
  return `${kind === "at-most" ? "≤" : ">"} ${steps}`;
}

function formatFactor({ factor, teacherSteps: { kind } }: TeacherComparison): string {
  const bound = { about: "", "at-most": "≤ ", "more-than": "> " }[kind];
  return `${bound}${formatDigits(factor, 3)}`;
}

/** `−0.412 ± 0.031`, in nats per token. */
export function formatDifference({ nats, standardError }: FrontierDifference): string {
  return `${formatSigned(nats)}${Number.isNaN(standardError) ? "" : ` ± ${standardError.toFixed(3)}`}`;
}

/** `equal`, or how far the student's entropy is beyond the teacher's frontier. */
export function formatEntropy({ entropyDifference }: FrontierDifference): string {
  return entropyDifference === 0 ? "equal" : formatSigned(entropyDifference);
}

function formatSigned(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}

/** Nothing where it was not measured. */
function formatMeasure(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? "" : formatDigits(value, 4);
}

/** Naive texts beside those they are made of. */
export function baselinesTable({ rows, judge }: Report): Table {
  const isShown = ({ kind }: ReportRow) => kind !== "diffusion";
  return {
    columns: [
      { title: "texts" },
      number("perplexity"),
      number("entropy"),
      number("distinct-1"),
      number("distinct-2"),
    ],
    rows: rows
      .filter(isShown)
      .map(({ label, kind, perplexity, unigramEntropy, distinct }) => [
        kind === "autoregressive" ? `${judge.label}'s own` : label,
        formatDigits(perplexity, 4),
        unigramEntropy.toFixed(3),
        ...[0, 1].map((n) => distinct[n]?.toFixed(3) ?? ""),
      ]),
  };
}
