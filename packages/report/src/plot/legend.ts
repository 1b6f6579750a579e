import * as Plot from "@observablehq/plot";
import type { SeriesStyle } from "./plot-style.ts";

export interface LegendEntry {
  readonly name: string;
  readonly color: string;
  /** Of the points of the line, where they are marked. */
  readonly symbol?: SeriesStyle["symbol"] | undefined;
  readonly dashed?: boolean;
}

const [rowHeight, columnWidth] = [19, 196];
/** Letters that fit beside the sample of a line. */
const [lettersOfColumn, lettersOfRow] = [24, 50];

/** What the legend needs below the axis; nothing where there is one line only. */
export function legendHeight(entries: readonly LegendEntry[]): number {
  return entries.length > 1 ? Math.ceil(entries.length / columnsOf(entries)) * rowHeight + 8 : 0;
}

/** The names of lines below the plot, in two columns where they are short. `left` and `top` count from its lower left corner. */
export function legendMarks(
  entries: readonly LegendEntry[],
  { left, top }: { readonly left: number; readonly top: number },
): Plot.Markish[] {
  if (entries.length < 2) return [];
  const columns = columnsOf(entries);
  return entries.flatMap(({ name, color, symbol, dashed = false }, i) => {
    const at = {
      frameAnchor: "bottom-left",
      dx: left + (i % columns) * columnWidth,
      dy: top + (Math.floor(i / columns) + 0.5) * rowHeight,
    } as const;
    const words = { ...at, textAnchor: "start", lineAnchor: "middle" } as const;
    const line = Plot.text([dashed ? "╌╌" : "──"], { ...words, fill: color });
    const dot = symbol ? [Plot.dot([0], { ...at, dx: at.dx + 10, symbol, r: 3.5, fill: color })] : [];
    const letters = columns === 1 ? lettersOfRow : lettersOfColumn;
    return [line, ...dot, Plot.text([shorten(name, letters)], { ...words, dx: at.dx + 28 })];
  });
}

function columnsOf(entries: readonly LegendEntry[]): number {
  return entries.every(({ name }) => name.length <= lettersOfColumn) ? 2 : 1;
}

function shorten(name: string, letters: number): string {
  return name.length <= letters ? name : `${name.slice(0, letters - 1)}…`;
}
