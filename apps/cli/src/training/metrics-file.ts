import { appendFile, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunRecord } from "@sdtt/report";

export const metricsName = "metrics.jsonl";

/** The events of a run, one JSON object a line, in its directory. */
export interface MetricsFile {
  append(record: object): Promise<void>;
  /** Forgets what came after a step that the run goes back to. */
  rewindTo(step: number): Promise<void>;
}

export function openMetrics(directory: string): MetricsFile {
  const path = join(directory, metricsName);
  return {
    append: (record) => appendFile(path, `${JSON.stringify(record)}\n`),
    async rewindTo(step) {
      const kept = (await readMetrics(path)).filter((record) => record.step <= step);
      const rewritten = `${path}.tmp`;
      await writeFile(rewritten, kept.map((record) => `${JSON.stringify(record)}\n`).join(""));
      await rename(rewritten, path);
    },
  };
}

/** The records of a file; none if it is not there. A last line that was cut off is skipped. */
export async function readMetrics(path: string): Promise<RunRecord[]> {
  const content = await readFile(path, "utf8").catch(() => "");
  return content.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as RunRecord];
    } catch {
      return [];
    }
  });
}
