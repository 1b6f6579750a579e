/** What draws, apart from the rest: it takes a third of a second to load. */
export { benchmarkFiles, reportFiles } from "./evaluation/report-files.ts";
export type { Files } from "./evaluation/report-files.ts";
export { reportPlots } from "./evaluation/report-plots.ts";
export { drawPlot } from "./plot/draw-plot.ts";
export { runsPage } from "./runs/runs-page.ts";
export { samplerFiles } from "./samplers/sampler-files.ts";
