import { csvFormat } from "d3-dsv";
import type { Report } from "./report.ts";

/** A line for each measurement; for students with what the teacher needs to be as good. */
export function reportCsv({ rows, comparisons, settings: { texts, length } }: Report): string {
  const lines = rows.map(({ distinct, ...row }) => {
    const beside = comparisons.find(
      ({ label, steps, precision }) =>
        label === row.label && steps === row.steps && precision === row.precision,
    );
    return {
      model: row.label,
      kind: row.kind,
      precision: row.precision,
      steps: row.steps,
      passes: row.passes,
      texts,
      length,
      perplexity: row.perplexity,
      nats: row.nats,
      standard_error: Number.isNaN(row.standardError) ? "" : row.standardError,
      unigram_entropy: row.unigramEntropy,
      ...Object.fromEntries([1, 2, 3].map((n) => [`distinct_${n}`, distinct[n - 1] ?? ""])),
      seconds_per_text: row.secondsPerText,
      teacher_steps_bound: beside?.teacherSteps.kind ?? "",
      teacher_steps: beside?.teacherSteps.steps ?? "",
      entropy_difference: beside?.entropyDifference ?? "",
      perplexity_ratio_same_steps: beside?.perplexityRatio ?? "",
      entropy_difference_same_steps: beside?.entropyDifferenceAtSameSteps ?? "",
    };
  });
  return `${csvFormat(lines)}\n`;
}
