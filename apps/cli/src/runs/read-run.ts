import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Point } from "../plot/plot-options.ts";
import { metricsName, readMetrics } from "../training/metrics-file.ts";
import type { MetricsRecord } from "../training/metrics-file.ts";

/** What the metrics of a run tell. */
export interface RunSummary {
  /** Its directory, as seen from where was looked. */
  readonly name: string;
  /** Updates done, and in all to do. */
  readonly step: number;
  readonly steps: number;
  readonly round: number;
  /** Seconds that its updates took. */
  readonly seconds: number;
  /** Values at updates. */
  readonly losses: readonly Point[];
  readonly gradientNorms: readonly Point[];
  /** Held-out losses. */
  readonly validations: readonly Point[];
  /** Updates after which a round ended. */
  readonly roundEnds: readonly number[];
}

/** Every run in a directory and below it, by name. */
export async function readRuns(directory: string): Promise<RunSummary[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const homes = entries
    .filter((entry) => entry.isFile() && entry.name === metricsName)
    .map(({ parentPath }) => parentPath);
  const runs = homes.toSorted().map(async (home) => {
    const records = await readMetrics(join(home, metricsName));
    return summarize(relative(directory, home) || ".", records);
  });
  return Promise.all(runs);
}

function summarize(name: string, records: readonly MetricsRecord[]): RunSummary {
  const ofKind = (kind: string) => records.filter((record) => record.kind === kind);
  const updates = ofKind("update");
  const points = (from: readonly MetricsRecord[], field: string) =>
    from.map((record): Point => [record.step, Number(record[field])]);
  const last = updates.at(-1);
  return {
    name,
    step: last?.step ?? 0,
    steps: Number(last?.["steps"] ?? 0),
    round: Number(last?.["round"] ?? 0),
    seconds: updates.reduce((sum, record) => sum + Number(record["seconds"]), 0),
    losses: points(updates, "loss"),
    gradientNorms: points(updates, "gradientNorm"),
    validations: points(ofKind("validation"), "loss"),
    roundEnds: ofKind("round-end").map(({ step }) => step),
  };
}
