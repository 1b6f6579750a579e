import type { Point } from "../plot/plot-options.ts";

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

/** An event of a run, as a line of its metrics holds it: an update, a validation or the end of a round. */
export interface RunRecord {
  readonly kind: string;
  readonly step: number;
  readonly [name: string]: unknown;
}

/** What the events of a run tell, in the order in which they came. */
export function summarizeRun(name: string, records: readonly RunRecord[]): RunSummary {
  const ofKind = (kind: string) => records.filter((record) => record.kind === kind);
  const updates = ofKind("update");
  const points = (from: readonly RunRecord[], field: string) =>
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
