import type { Point } from "./read-run.ts";

export interface PlotOptions {
  readonly title: string;
  /** Drawn as lines, the first under the others. */
  readonly series: readonly { readonly className: string; readonly points: readonly Point[] }[];
  /** Steps to mark with a vertical line. */
  readonly marks: readonly number[];
}

const [width, height] = [640, 220];
const margin = { left: 56, right: 12, top: 28, bottom: 24 };
/** More points than this cannot be told apart. */
const mostPoints = 600;

/** Lines over updates as an SVG element, on a logarithmic axis where all values are above 0. */
export function plotSvg({ title, series, marks }: PlotOptions): string {
  const thinned = series.map(({ className, points }) => ({
    className,
    points: meanOfGroups(points.filter(([, value]) => Number.isFinite(value))),
  }));
  const all = thinned.flatMap(({ points }) => points);
  if (all.length === 0) return "";
  const steps = rangeOf(all.map(([step]) => step));
  const values = rangeOf(all.map(([, value]) => value));
  const logarithmic = values[0] > 0;
  const bend = (value: number) => (logarithmic ? Math.log(value) : value);
  const x = (step: number) => place(step, steps, margin.left, width - margin.right);
  const y = (value: number) =>
    place(bend(value), [bend(values[0]), bend(values[1])], height - margin.bottom, margin.top);
  const middle = logarithmic ? Math.sqrt(values[0] * values[1]) : (values[0] + values[1]) / 2;

  const line = (points: readonly Point[], className: string) =>
    `<polyline class="${className}" points="${points.map(([step, value]) => `${x(step)},${y(value)}`).join(" ")}"/>`;
  const tick = (value: number) =>
    `<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${y(value)}" y2="${y(value)}"/>` +
    `<text text-anchor="end" x="${margin.left - 6}" y="${y(value) + 4}">${value.toPrecision(3)}</text>`;
  const mark = (step: number) =>
    `<line class="mark" x1="${x(step)}" x2="${x(step)}" y1="${margin.top}" y2="${height - margin.bottom}"/>`;
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">`,
    `<text class="title" x="${margin.left}" y="16">${title}${logarithmic ? " (logarithmic)" : ""}</text>`,
    ...[values[0], middle, values[1]].map(tick),
    ...steps.map(
      (step, i) =>
        `<text text-anchor="${i === 0 ? "start" : "end"}" x="${x(step)}" y="${height - 6}">${step}</text>`,
    ),
    ...marks.map(mark),
    ...thinned.map(({ points, className }) => line(points, className)),
    "</svg>",
  ].join("");
}

function rangeOf(numbers: readonly number[]): [number, number] {
  return numbers.reduce<[number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity],
  );
}

/** Linear, to a tenth of a unit; the middle where the range is a point. */
function place(value: number, [least, most]: readonly [number, number], from: number, to: number): number {
  const share = most > least ? (value - least) / (most - least) : 0.5;
  return Math.round((from + share * (to - from)) * 10) / 10;
}

function meanOfGroups(points: readonly Point[]): Point[] {
  const size = Math.max(1, Math.ceil(points.length / mostPoints));
  return Array.from({ length: Math.ceil(points.length / size) }, (_, i) => {
    const group = points.slice(i * size, (i + 1) * size);
    const mean = group.reduce((sum, [, value]) => sum + value, 0) / group.length;
    return [group.at(-1)![0], mean];
  });
}
