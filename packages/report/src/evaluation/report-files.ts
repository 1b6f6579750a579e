import { drawPlot } from "../plot/draw-plot.ts";
import { reportCsv } from "./report-csv.ts";
import { reportPage } from "./report-page.ts";
import { reportPlots } from "./report-plots.ts";
import type { Report } from "./report.ts";

/** A report as files, by name: a page, a table, an object and plots. */
export function reportFiles(report: Report): Readonly<Record<string, string>> {
  const plots = reportPlots(report).map((plot) => ({ ...plot, svg: drawPlot(plot) }));
  return {
    "index.html": reportPage(report, plots),
    "report.csv": reportCsv(report),
    "report.json": `${JSON.stringify(report, undefined, 2)}\n`,
    ...Object.fromEntries(plots.map(({ id, svg }) => [`${id}.svg`, `${svg}\n`])),
  };
}
