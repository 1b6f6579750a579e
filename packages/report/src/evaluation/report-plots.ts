import type { ReportRow } from "@sdtt/eval";
import type { Precision, RevealOrder } from "@sdtt/scheduler";
import type { Axis, Level, PlotOptions, Point, Series } from "../plot/plot-options.ts";
import { formatDigits } from "../units.ts";
import { isAtOwnTemperature, nameInOrder, ordersOf } from "./report.ts";
import type { Report } from "./report.ts";

const perplexity: Axis = { label: "Generative perplexity", scale: "log" };
const entropy: Axis = { label: "Unigram entropy (nats)", scale: "linear" };
const seconds: Axis = { label: "Seconds per text", scale: "log" };

/** Four plots for each precision of the draws, the frontier first. Their ids name the files. */
export function reportPlots(report: Report): PlotOptions[] {
  return report.settings.precisions.flatMap((precision) =>
    [
      frontierPlot(report, precision),
      againstSteps(report, precision, {
        name: "perplexity",
        title: "Generative perplexity against steps",
        y: perplexity,
        value: (row) => row.perplexity,
      }),
      againstSteps(report, precision, {
        name: "entropy",
        title: "Unigram entropy against steps",
        y: entropy,
        value: (row) => row.unigramEntropy,
      }),
      againstSeconds(report, precision),
    ].map(withDescription),
  );
}

type Drawing = Omit<PlotOptions, "description">;

/**
 * A line for each model, order and number of steps that is shown, along its temperatures; the reader looks for the lowest at an
 * entropy. Baselines are too far from models to stand here.
 */
function frontierPlot(report: Report, precision: Precision): Drawing {
  const { shownSteps } = report.settings;
  const at = (row: ReportRow): Point => [row.unigramEntropy, row.perplexity];
  const lines = drawnModels(report, precision).flatMap(({ name, isReference, rows: own }) => {
    const shown = own.filter(({ steps }) => shownSteps.includes(steps));
    return [...Map.groupBy(shown, ({ steps }) => steps)].map(([steps, rows]): Series => ({
      name,
      note: `${steps}`,
      isReference,
      points: rows.toSorted((a, b) => a.unigramEntropy - b.unigramEntropy).map(at),
    }));
  });
  const counts = `${shownSteps.join(", ")} steps`;
  return {
    ...words(`frontier-${precision}`, `Perplexity against entropy at ${counts}`, precision),
    x: entropy,
    y: perplexity,
    series: [...lines, ...ownTexts(report).map((row) => ({ name: nameOf(row), points: [at(row)] }))],
  };
}

function againstSteps(
  report: Report,
  precision: Precision,
  plot: {
    readonly name: string;
    readonly title: string;
    readonly y: Axis;
    readonly value: (row: ReportRow) => number;
  },
): Drawing {
  const { name, title, y, value } = plot;
  return {
    ...words(`${name}-${precision}`, title, precision),
    x: { label: "Steps", scale: "log", ticks: report.settings.steps },
    y,
    series: seriesOf(report, precision, (row) => [row.steps, value(row)]),
    levels: ownTexts(report).map((row): Level => ({ name: nameOf(row), value: value(row) })),
  };
}

function againstSeconds(report: Report, precision: Precision): Drawing {
  return {
    ...words(`speed-${precision}`, "Generative perplexity against seconds per text", precision),
    x: seconds,
    y: perplexity,
    series: [
      ...seriesOf(report, precision, (row) => [row.secondsPerText, row.perplexity]),
      ...ownTexts(report).map((row) => ({
        name: nameOf(row),
        points: [[row.secondsPerText, row.perplexity] as const],
      })),
    ],
  };
}

function words(id: string, title: string, precision: Precision): Pick<PlotOptions, "id" | "title"> {
  return { id, title: `${title}, ${precision} draws` };
}

interface DrawnModel extends Required<Pick<Series, "name" | "isReference">> {
  readonly rows: readonly ReportRow[];
}

/** Each model in each order; the teacher in the published one, or the first, is what the others are compared with. */
function drawnModels(report: Report, precision: Precision): DrawnModel[] {
  const orders = ordersOf(report, precision);
  const reference = orders.includes("random") ? "random" : orders[0];
  const isOf = (row: ReportRow, label: string, order: RevealOrder) =>
    row.kind === "diffusion" &&
    row.label === label &&
    row.precision === precision &&
    (row.order ?? "random") === order;
  return report.models.flatMap(({ label }) =>
    orders.map((order) => ({
      name: nameInOrder(label, order, orders),
      isReference: label === report.settings.teacher && order === reference,
      rows: report.rows.filter((row) => isOf(row, label, order)),
    })),
  );
}

/** The judge's. */
function ownTexts({ rows }: Report): ReportRow[] {
  return rows.filter(({ kind }) => kind === "autoregressive");
}

function nameOf({ label, kind }: ReportRow): string {
  return kind === "autoregressive" ? `${label} (token by token)` : label;
}

/** Each model in each order, at its own temperature. */
function seriesOf(report: Report, precision: Precision, point: (row: ReportRow) => Point): Series[] {
  return drawnModels(report, precision).map(({ rows, ...line }) => ({
    ...line,
    points: rows.filter((row) => isAtOwnTemperature(report, row)).map(point),
  }));
}

function withDescription(plot: Drawing): PlotOptions {
  const { x, y, series, levels = [] } = plot;
  const format = (value: number) => formatDigits(value, 3);
  const ends = series.map(({ name, note, points }) => {
    const [first, last] = [points[0]!, points.at(-1)!];
    const to = points.length > 1 ? ` to ${format(last[1])} at ${format(last[0])}` : "";
    const which = note === undefined ? name : `${name}, ${note}`;
    return `${which}: ${format(first[1])} at ${format(first[0])}${to}.`;
  });
  const across = levels.map(({ name, value }) => `${name}: ${format(value)}.`);
  return {
    ...plot,
    description: [`${y.label} against ${x.label.toLowerCase()}.`, ...ends, ...across].join(" "),
  };
}
