import type { ReportRow } from "@sdtt/eval";
import type { Precision } from "@sdtt/scheduler";
import type { Axis, Level, PlotOptions, Series } from "../plot/plot-options.ts";
import { formatDigits } from "../units.ts";
import type { Report } from "./report.ts";

/** Three plots for each precision of the draws. Their ids name the files. */
export function reportPlots(report: Report): PlotOptions[] {
  return report.settings.precisions.flatMap((precision) => {
    const { steps: ticks } = report.settings;
    const steps: Axis = { label: "Steps", scale: "log", ticks };
    const perplexity: Axis = { label: "Generative perplexity", scale: "log" };
    const entropy: Axis = { label: "Unigram entropy (nats)", scale: "linear" };
    const seconds: Axis = { label: "Seconds per text", scale: "log" };
    const own = report.rows.filter(({ kind }) => kind === "autoregressive");
    const againstSteps = (name: string, title: string, y: Axis, value: (row: ReportRow) => number) => ({
      ...words(`${name}-${precision}`, title, precision),
      x: steps,
      y,
      series: seriesOf(report, precision, (row) => [row.steps, value(row)]),
      levels: own.map((row): Level => ({ name: `${row.label} (its own texts)`, value: value(row) })),
    });
    return [
      againstSteps("perplexity", "Generative perplexity against steps", perplexity, (row) => row.perplexity),
      againstSteps("entropy", "Unigram entropy against steps", entropy, (row) => row.unigramEntropy),
      {
        ...words(`speed-${precision}`, "Generative perplexity against seconds per text", precision),
        x: seconds,
        y: perplexity,
        series: [
          ...seriesOf(report, precision, (row) => [row.secondsPerText, row.perplexity]),
          ...own.map((row) => ({
            name: `${row.label} (token by token)`,
            points: [[row.secondsPerText, row.perplexity] as const],
          })),
        ],
      },
    ].map(withDescription);
  });
}

function words(id: string, title: string, precision: Precision): Pick<PlotOptions, "id" | "title"> {
  return { id, title: `${title}, ${precision} draws` };
}

function seriesOf(
  { models, settings, rows }: Report,
  precision: Precision,
  point: (row: ReportRow) => readonly [number, number],
): Series[] {
  return models.map(({ label }) => ({
    name: label,
    isReference: label === settings.teacher,
    points: rows
      .filter((row) => row.kind === "diffusion" && row.label === label && row.precision === precision)
      .map(point),
  }));
}

function withDescription(plot: Omit<PlotOptions, "description">): PlotOptions {
  const { x, y, series, levels = [] } = plot;
  const format = (value: number) => formatDigits(value, 3);
  const ends = series.map(({ name, points }) => {
    const [first, last] = [points[0]!, points.at(-1)!];
    const to = points.length > 1 ? ` to ${format(last[1])} at ${format(last[0])}` : "";
    return `${name}: ${format(first[1])} at ${format(first[0])}${to}.`;
  });
  const across = levels.map(({ name, value }) => `${name}: ${format(value)}.`);
  return {
    ...plot,
    description: [`${y.label} against ${x.label.toLowerCase()}.`, ...ends, ...across].join(" "),
  };
}
