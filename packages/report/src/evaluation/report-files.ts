import { drawPlot } from "../plot/draw-plot.ts";
import { benchmarkCsv, reportCsv } from "./report-csv.ts";
import { benchmarkPage, reportPage } from "./report-page.ts";
import { reportPlots } from "./report-plots.ts";
import type { Benchmark, Report } from "./report.ts";

/** Contents by the names of files. */
export type Files = Readonly<Record<string, string>>;

/** A report as files: a page, a table, an object and plots. */
export function reportFiles(report: Report): Files {
  const plots = drawAll(report, "");
  return {
    "index.html": reportPage(report, plots),
    "report.csv": reportCsv(report),
    "report.json": json(report),
    ...plotFiles(plots),
  };
}

/** A benchmark as files: one page, one table, one object, and the plots of all families. */
export function benchmarkFiles({ families }: Benchmark): Files {
  const plotted = families.map((family, i) => {
    const prefix = `family-${i + 1}-`;
    return { ...family, prefix, plots: drawAll(family.report, prefix) };
  });
  return {
    "index.html": benchmarkPage({ families: plotted }),
    "benchmark.csv": benchmarkCsv(families),
    "benchmark.json": json({ families }),
    ...plotFiles(plotted.flatMap(({ plots }) => plots)),
  };
}

function drawAll(report: Report, prefix: string) {
  return reportPlots(report).map((plot) => {
    const id = prefix + plot.id;
    return { id, title: plot.title, svg: drawPlot({ ...plot, id }) };
  });
}

function plotFiles(plots: ReturnType<typeof drawAll>): Files {
  return Object.fromEntries(plots.map(({ id, svg }) => [`${id}.svg`, `${svg}\n`]));
}

function json(content: object): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
