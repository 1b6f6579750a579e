import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { escapeMarkup } from "../html/markup.ts";
import { legendHeight, legendMarks } from "./legend.ts";
import type { LegendEntry } from "./legend.ts";
import type { Axis, Level, PlotOptions, Series } from "./plot-options.ts";
import { inkColor, plotClass, plotStyle, seriesStyle } from "./plot-style.ts";
import type { SeriesStyle } from "./plot-style.ts";

/** Small, so that its letters are large enough where it fills the screen of a phone. */
const [width, height] = [400, 290];
const margin = { left: 52, right: 22, top: 26, bottom: 44 };
const inset = 6;
/** More points than this cannot be told apart: their means are drawn. */
const mostPoints = 500;
/** Up to this many points, each is marked. */
const mostSymbols = 40;

/**
 * A plot as an SVG element, with its own style: in a page or as a file, in the light or the dark. Loading what draws it
 * takes a while: import this when something is to be drawn.
 */
export function drawPlot(options: PlotOptions): string {
  const { id, title, description, x, y, series, levels = [], marks = [] } = options;
  const drawn = withStyles(series);
  const legend: LegendEntry[] = [
    ...firstOfName(drawn).map(({ name, style: { color, symbol }, points }) => ({
      name,
      color,
      symbol: isMarked(points) ? symbol : undefined,
    })),
    ...levels.map(({ name }) => ({ name, color: inkColor, dashed: true })),
  ];
  const { document } = parseHTML("<!doctype html><html></html>");
  const svg: { readonly outerHTML: string } = Plot.plot({
    document,
    className: plotClass,
    width,
    height: height + legendHeight(legend),
    marginLeft: margin.left,
    marginRight: margin.right,
    marginTop: margin.top,
    marginBottom: margin.bottom + legendHeight(legend),
    inset,
    x: { ...axisOptions(x), ...labelsApart(x, series), labelOffset: margin.bottom - 6 },
    y: { ...axisOptions(y), grid: true, labelOffset: margin.left },
    marks: [
      Plot.ruleX(marks, { strokeDasharray: "4 3", strokeOpacity: 0.4 }),
      ...levels.map(levelMark),
      ...drawn.flatMap(seriesMarks),
      ...legendMarks(legend, { left: 8 - margin.left, top: margin.bottom + 6 }),
    ],
  });
  return withWords(svg.outerHTML, { id, title, description });
}

interface DrawnSeries extends Series {
  readonly style: SeriesStyle;
}

function withStyles(series: readonly Series[]): DrawnSeries[] {
  const others = firstOfName(series.filter(({ isReference }) => !isReference)).map(({ name }) => name);
  return series.map((one) => ({
    ...one,
    style: one.isReference ? { color: inkColor, symbol: "circle" } : seriesStyle(others.indexOf(one.name)),
  }));
}

function firstOfName<T extends Pick<Series, "name">>(series: readonly T[]): T[] {
  return series.filter(({ name }, i) => series.findIndex((other) => other.name === name) === i);
}

function seriesMarks({ points, note, style: { color, symbol } }: DrawnSeries): Plot.Markish[] {
  const channels = { x: "0", y: "1" };
  const line = { stroke: color, strokeWidth: 1.75 };
  if (points.length > mostPoints) {
    const means = Plot.binX({ y: "mean" }, { ...channels, thresholds: mostPoints });
    return [Plot.lineY(points, { ...means, ...line })];
  }
  if (!isMarked(points)) return [Plot.line(points, { ...channels, ...line })];
  return [
    Plot.line(points, { ...channels, ...line }),
    Plot.dot(points, { ...channels, symbol, r: 3.5, fill: color }),
    ...(note === undefined
      ? []
      : [Plot.text(points.slice(-1), { ...channels, ...beside, text: () => note })]),
  ];
}

/** A note stands to the right of its point, and is read on any line that passes behind it. */
const beside = {
  textAnchor: "start",
  dx: 7,
  fill: inkColor,
  stroke: "var(--plot-paper)",
  fontSize: 11,
} as const;

function isMarked(points: Series["points"]): boolean {
  return points.length <= mostSymbols;
}

function levelMark({ value }: Level): Plot.Markish {
  return Plot.ruleY([value], { stroke: inkColor, strokeDasharray: "6 4", strokeWidth: 1.25 });
}

function axisOptions({ label, scale, ticks }: Axis): Plot.ScaleOptions {
  const axis = { label, type: scale };
  // By a base of 2, Plot leaves no label of a power of two out.
  if (ticks) return { ...axis, base: 2, ticks: [...ticks], tickFormat: String };
  // Plain digits: a thousand is 1000, not 1k.
  return scale === "log" ? { ...axis, tickFormat: "~g" } : axis;
}

/** Pixels of a digit below the axis, and between two labels. */
const [digitWidth, labelGap] = [7.5, 4];

/** Of ticks that are too close for it the greater one has a label; all are drawn. */
function labelsApart({ ticks }: Axis, series: readonly Series[]): Plot.ScaleOptions {
  if (!ticks) return {};
  const places = series.flatMap(({ points }) => points.map(([x]) => Math.log(x)));
  const [least, most] = [Math.min(...places), Math.max(...places)];
  const perUnit = (width - margin.left - margin.right - 2 * inset) / (most - least || 1);
  const shown = new Set<number>();
  let end = Infinity;
  for (const tick of ticks.toReversed()) {
    const [middle, half] = [(Math.log(tick) - least) * perUnit, (digitWidth * `${tick}`.length) / 2];
    if (middle + half + labelGap > end) continue;
    shown.add(tick);
    end = middle - half;
  }
  return { tickFormat: (tick: number) => (shown.has(tick) ? `${tick}` : "") };
}

/** What makes the drawing an image with words, and a file of its own. */
function withWords(
  svg: string,
  { id, title, description }: Pick<PlotOptions, "id" | "title" | "description">,
): string {
  const [opening] = /^<svg [^>]*/.exec(svg)!;
  const head = [
    ` xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="${id}-title ${id}-description">`,
    `<title id="${id}-title">${escapeMarkup(title)}</title>`,
    `<desc id="${id}-description">${escapeMarkup(description)}</desc>`,
    `<style>${plotStyle()}</style>`,
  ];
  return opening + head.join("\n") + svg.slice(opening.length + 1);
}
