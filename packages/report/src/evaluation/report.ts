import type { ReportRow, TeacherComparison } from "@sdtt/eval";
import type { Precision, RevealOrder } from "@sdtt/scheduler";

/** Everything that a report tells of models with one judge. */
export interface Report {
  /** How the perplexity is measured. */
  readonly protocol: string;
  readonly settings: ReportSettings;
  readonly models: readonly ReportedModel[];
  /** The judge's own texts; of the same protocol as the others. */
  readonly judge: ReportedModel;
  /** What else was measured, in the order of its columns. */
  readonly metrics: readonly ReportedMetric[];
  /**
   * Model by model, precision by precision, order by order, by ascending steps and temperatures; then the judge's own and the naive
   * baselines.
   */
  readonly rows: readonly ReportRow[];
  /** The students beside the teacher. */
  readonly comparisons: readonly TeacherComparison[];
  readonly texts: readonly ReportedTexts[];
}

export interface ReportSettings {
  /** Texts of each measurement, and tokens of each text. */
  readonly texts: number;
  readonly length: number;
  readonly seed: number;
  readonly steps: readonly number[];
  readonly precisions: readonly Precision[];
  readonly temperatures: readonly number[];
  /** Of exact draws: which masks are filled first. */
  readonly orders: readonly RevealOrder[];
  /** Whether texts begin with the end-of-text token, as training texts do; false, as published, unless given. */
  readonly bos?: boolean | undefined;
  /** Of exact draws: corrector steps after those of the sampler, not counted among them; none, as published, unless given. */
  readonly correctorSteps?: number | undefined;
  /** A label. */
  readonly teacher: string;
  /** What the baselines are made of, in words. */
  readonly reference: string;
  /** Steps at which texts are shown. */
  readonly shownSteps: readonly number[];
}

export interface ReportedModel {
  readonly label: string;
  /** What it was loaded as. */
  readonly name: string;
  /** SHA-256 of its sizes and weights. */
  readonly digest: string;
}

/** A metric of `ReportRow.measures`. */
export interface ReportedMetric {
  /** Its key there. */
  readonly name: string;
  /** Its column. */
  readonly title: string;
  /** How it is measured. */
  readonly protocol: string;
}

/** The first texts of a measurement. */
export interface ReportedTexts extends Pick<
  ReportRow,
  "label" | "kind" | "steps" | "precision" | "temperature" | "order"
> {
  readonly texts: readonly string[];
}

/** Reports on families of models, each with its own judge, teacher and tokenizer. */
export interface Benchmark<Family extends BenchmarkedFamily = BenchmarkedFamily> {
  readonly families: readonly Family[];
}

export interface BenchmarkedFamily {
  readonly name: string;
  readonly report: Report;
}

/** The temperature at which texts are a model's own: 1, or the nearest to it that was measured. */
export function ownTemperature(temperatures: readonly number[]): number {
  return temperatures.reduce((best, one) => (Math.abs(one - 1) < Math.abs(best - 1) ? one : best));
}

/** The measurements of diffusion models that a plot against steps shows: those at their own temperature. */
export function isAtOwnTemperature(
  { settings }: Report,
  row: Pick<ReportRow, "precision" | "temperature">,
): boolean {
  return row.precision === "gumbel32" || row.temperature === ownTemperature(settings.temperatures);
}

/** The orders in which diffusion models were measured under a precision, as they come. */
export function ordersOf({ rows }: Pick<Report, "rows">, precision: Precision): readonly RevealOrder[] {
  const drawn = rows.filter((row) => row.kind === "diffusion" && row.precision === precision);
  return [...new Set(drawn.map(({ order = "random" }) => order))];
}

/** What a model is called where it was measured in such orders: the published one is named beside others alone. */
export function nameInOrder(label: string, order: RevealOrder, orders: readonly RevealOrder[]): string {
  return orders.some((one) => one !== "random") ? `${label}, ${order}` : label;
}
