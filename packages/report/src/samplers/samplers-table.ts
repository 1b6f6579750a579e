import type { TextMeasures } from "@sdtt/eval";
import type { Column, Table } from "../table.ts";
import { boundOf } from "./sampler-report.ts";
import type { SamplerReport } from "./sampler-report.ts";

const numbers = [
  "passes",
  "transition error",
  "KL of short texts",
  "their passes",
  "entropy",
  "nats per token",
];

/** A line for each sampler and bound, after one for the source's own texts. */
export function samplersTable({ source, rows }: SamplerReport): Table {
  const columns: Column[] = [
    { title: "sampler" },
    { title: "setting" },
    ...numbers.map((title) => ({ title, align: "right" as const })),
  ];
  const line = (names: readonly string[], passes: readonly string[], measures: TextMeasures) => [
    ...names,
    passes[0]!,
    measures.transitionError.toFixed(4),
    measures.divergence.toFixed(4),
    passes[1]!,
    measures.entropy.toFixed(3),
    measures.nats.toFixed(3),
  ];
  return {
    columns,
    rows: [
      line(["the source itself", ""], ["", ""], source),
      ...rows.map(({ setting, passes, shortPasses, ...measures }) =>
        line(
          [setting.sampler ?? "ancestral", boundOf(setting)],
          [passes.toFixed(1), shortPasses.toFixed(2)],
          measures,
        ),
      ),
    ],
  };
}
