import { join } from "node:path";
import { makeDirectory, replaceFile } from "@sdtt/hub";
import { drawPlot } from "../../plot/draw-plot.ts";
import { reportCsv } from "./report-csv.ts";
import { reportPage } from "./report-page.ts";
import { reportPlots } from "./report-plots.ts";
import type { Report } from "./report.ts";

/** Writes a report as a page, a table, an object and plots; gives the path of the page. */
export async function writeReport(report: Report, directory: string): Promise<string> {
  const plots = reportPlots(report).map((plot) => ({ ...plot, svg: drawPlot(plot) }));
  const files = {
    "index.html": reportPage(report, plots),
    "report.csv": reportCsv(report),
    "report.json": `${JSON.stringify(report, undefined, 2)}\n`,
    ...Object.fromEntries(plots.map(({ id, svg }) => [`${id}.svg`, `${svg}\n`])),
  };
  await makeDirectory(directory);
  for (const [name, content] of Object.entries(files)) {
    await replaceFile(join(directory, name), (write) => write(Buffer.from(content)));
  }
  return join(directory, "index.html");
}
