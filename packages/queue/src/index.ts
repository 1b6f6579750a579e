export { collectRun } from "./collect-run.ts";
export type { CollectedRange, CollectOptions, RunProgress } from "./collect-run.ts";
export { describeRange, missingRanges, splitRanges } from "./plan/ranges.ts";
export type { TextRange } from "./plan/ranges.ts";
export type { Run } from "./plan/run.ts";
export { connectQueue } from "./redis/connect.ts";
export type { ConnectOptions, QueueConnection } from "./redis/connect.ts";
export { serveRuns } from "./serve-runs.ts";
export type { RangeWriter, ServeOptions, WorkerEvent } from "./serve-runs.ts";
