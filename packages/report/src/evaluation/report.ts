import type { ReportRow, TeacherComparison } from "@sdtt/eval";
import type { Precision } from "@sdtt/scheduler";

/** Everything that a report tells. */
export interface Report {
  /** How the perplexity is measured. */
  readonly protocol: string;
  readonly settings: ReportSettings;
  readonly models: readonly ReportedModel[];
  /** The judge's own texts; of the same protocol as the others. */
  readonly judge: ReportedModel;
  /** Model by model, precision by precision, by ascending steps; the judge's own last. */
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
  /** A label. */
  readonly teacher: string;
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

/** The first texts of a measurement. */
export interface ReportedTexts extends Pick<ReportRow, "label" | "kind" | "steps" | "precision"> {
  readonly texts: readonly string[];
}
