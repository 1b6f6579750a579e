export { benchmarkCsv, reportCsv } from "./evaluation/report-csv.ts";
export { benchmarkPage, reportPage } from "./evaluation/report-page.ts";
export type { PlottedFamily } from "./evaluation/report-page.ts";
export type { DrawnPlot } from "./evaluation/report-sections.ts";
export { comparisonsTable, measurementsTable } from "./evaluation/report-table.ts";
export type {
  Benchmark,
  BenchmarkedFamily,
  Report,
  ReportedMetric,
  ReportedModel,
  ReportedTexts,
  ReportSettings,
} from "./evaluation/report.ts";
export { escapeMarkup, html, trusted } from "./html/markup.ts";
export type { Content, Markup } from "./html/markup.ts";
export { htmlPage } from "./html/page.ts";
export type { PageOptions } from "./html/page.ts";
export type { Axis, Level, PlotOptions, Point, Series } from "./plot/plot-options.ts";
export { summarizeRun } from "./runs/run-summary.ts";
export type { RunRecord, RunSummary } from "./runs/run-summary.ts";
export type { SamplerReport, SamplerRow } from "./samplers/sampler-report.ts";
export { samplersTable } from "./samplers/samplers-table.ts";
export { formatTable } from "./table.ts";
export type { Column, Table } from "./table.ts";
export { formatBytes, formatCount, formatDigits, formatSeconds, plural } from "./units.ts";
