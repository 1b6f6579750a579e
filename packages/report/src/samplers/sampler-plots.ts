import type { TextMeasures } from "@sdtt/eval";
import type { PlotOptions, Point } from "../plot/plot-options.ts";
import { formatDigits } from "../units.ts";
import { lineOf } from "./sampler-report.ts";
import type { SamplerReport, SamplerRow } from "./sampler-report.ts";

interface Measure {
  readonly id: string;
  readonly title: string;
  readonly label: string;
  /** Those of the texts that it is of; of the long ones unless given. */
  readonly passes?: (row: SamplerRow) => number;
  readonly value: (measures: TextMeasures) => number;
}

const measures: readonly Measure[] = [
  {
    id: "transitions",
    title: "Error of the transitions against passes",
    label: "Transition error (total variation)",
    value: (row) => row.transitionError,
  },
  {
    id: "divergence",
    title: "Divergence of short texts from the source against passes",
    label: "KL divergence (nats)",
    passes: (row) => row.shortPasses,
    value: (row) => row.divergence,
  },
  {
    id: "nats",
    title: "Negative log-probability under the source against passes",
    label: "Nats per token",
    value: (row) => row.nats,
  },
  {
    id: "entropy",
    title: "Unigram entropy against passes",
    label: "Unigram entropy (nats)",
    value: (row) => row.entropy,
  },
];

/** A plot for each measure, a line for each sampler, or for each of its bounds where it has steps as well; the source's own texts stand as a level. */
export function samplerPlots({ source, rows }: SamplerReport): PlotOptions[] {
  const samplers = Map.groupBy(rows, ({ setting }) => lineOf(setting));
  return measures.map(({ id, title, label, value, passes = (row) => row.passes }) => {
    const series = Array.from(samplers, ([name, own]) => ({
      name,
      isReference: name === "ancestral",
      points: own.map((row): Point => [passes(row), value(row)]).sort(([a], [b]) => a - b),
    }));
    const words = series.map(({ name, points }) => {
      const [first, last] = [points[0]!, points.at(-1)!].map((point) => point.map((x) => formatDigits(x, 3)));
      return `${name}: ${first![1]} at ${first![0]} passes, ${last![1]} at ${last![0]}.`;
    });
    const own = value(source);
    return {
      id,
      title,
      description: [`${label} against passes.`, ...words, `The source itself: ${formatDigits(own, 3)}.`].join(
        " ",
      ),
      x: { label: "Passes per text", scale: "log" },
      y: { label, scale: "linear" },
      series,
      levels: [{ name: "the source itself", value: own }],
    };
  });
}
