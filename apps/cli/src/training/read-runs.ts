import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { summarizeRun } from "@sdtt/report";
import type { RunSummary } from "@sdtt/report";
import { metricsName, readMetrics } from "./metrics-file.ts";

/** Every run in a directory and below it, by name. */
export async function readRuns(directory: string): Promise<RunSummary[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const homes = entries
    .filter((entry) => entry.isFile() && entry.name === metricsName)
    .map(({ parentPath }) => parentPath);
  const runs = homes.toSorted().map(async (home) => {
    const records = await readMetrics(join(home, metricsName));
    return summarizeRun(relative(directory, home) || ".", records);
  });
  return Promise.all(runs);
}
