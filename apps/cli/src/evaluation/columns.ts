import { SdttError } from "@sdtt/core";
import { expectEnoughTexts } from "@sdtt/eval";
import type { Mauve, SampleMetric, Samples } from "@sdtt/eval";
import { missingFor } from "./metric-names.ts";
import type { JudgeProtocol } from "./judge-protocol.ts";
import type { MetricName } from "./metric-names.ts";
import { sampleMetrics } from "./sample-metrics.ts";
import type { SampleMetricsOptions } from "./sample-metrics.ts";

/** A metric of one number, which has a column in reports; besides perplexity, entropy and distinct-n, which all reports have. */
export type ColumnName = Exclude<MetricName, "perplexity">;

export interface ColumnTexts {
  /** Texts of each measurement, and tokens of each text. */
  readonly texts: number;
  readonly length: number;
  /** Texts of people to compare with. */
  readonly reference: Samples | undefined;
  readonly protocol: JudgeProtocol;
}

/**
 * The columns of a report: those that are asked for, or all that the texts are enough for and that cost little.
 *
 * @throws SdttError `usage` for metrics that lack a reference or texts.
 */
export function columnsFor(asked: readonly MetricName[] | undefined, found: ColumnTexts): ColumnName[] {
  const names = asked ?? defaultColumns(found);
  const { texts, reference, protocol } = found;
  const missing = missingFor(names, { judge: true, reference: reference !== undefined });
  if (missing) throw new SdttError("usage", missing);
  const compared = names.find((name) => name === "mauve" || name === "gradient-moment");
  if (compared && protocol === "text") {
    throw new SdttError(
      "usage",
      `${compared} compares ids with those of the reference: a report has it under the protocol "ids" alone.`,
    );
  }
  if (names.includes("mauve")) expectEnoughTexts({ samples: texts, reference: reference!.batch });
  return names.filter((name) => name !== "perplexity");
}

function defaultColumns({ texts, length, reference, protocol }: ColumnTexts): ColumnName[] {
  const comparable = protocol === "ids" ? Math.min(texts, reference?.batch ?? 0) : 0;
  return [
    ...(length >= 3 ? (["rep-3"] as const) : []),
    ...(texts >= 2 && length >= 4 ? (["self-bleu"] as const) : []),
    ...(comparable >= leastForMauve ? (["mauve"] as const) : []),
  ];
}

/** Below this MAUVE says nothing; the published values have 1,000 texts and more. */
const leastForMauve = 20;

/** Its title in a table. */
export function columnTitle(name: ColumnName): string {
  const titles: Partial<Record<ColumnName, string>> = {
    mauve: "MAUVE",
    "gradient-moment": "gradient moment",
    "self-bleu": "Self-BLEU",
  };
  return titles[name] ?? name;
}

/** The metrics of columns, by their names. */
export function columnMetrics(
  options: SampleMetricsOptions & { readonly names: readonly ColumnName[] },
): Readonly<Record<string, SampleMetric<number>>> {
  return Object.fromEntries(
    sampleMetrics(options).map(({ name, metric }) => [
      name,
      withNumber(metric as SampleMetric<number | Mauve>),
    ]),
  );
}

function withNumber({ protocol, evaluate }: SampleMetric<number | Mauve>): SampleMetric<number> {
  return {
    protocol,
    async evaluate(samples, options) {
      const found = await evaluate(samples, options);
      return typeof found === "number" ? found : found.mauve;
    },
  };
}
