import { SdttError } from "@sdtt/core";
import type { Precision } from "@sdtt/scheduler";

export interface ReportPlanOptions {
  /** What the report calls the models. */
  readonly labels: readonly string[];
  /** What it calls the judge. */
  readonly judge: string;
  /** The label of the model that the others are compared with; the first unless given. */
  readonly teacher?: string | undefined;
  /** Ascending, at least 1. */
  readonly steps: readonly number[];
  readonly precisions: readonly Precision[];
}

/** One way to sample one model. */
export interface ReportCell {
  readonly label: string;
  readonly steps: number;
  readonly precision: Precision;
}

export interface ReportPlan {
  readonly teacher: string;
  /** Model by model, so that each is loaded once. */
  readonly cells: readonly ReportCell[];
}

/**
 * What a report has to measure.
 *
 * @throws SdttError `usage` for labels that are the same, a teacher that is none of them, and steps that do not ascend.
 */
export function planReport(options: ReportPlanOptions): ReportPlan {
  const { labels, judge, steps, precisions, teacher = labels[0] } = options;
  const twice = [...labels, judge].find((label, i, all) => all.indexOf(label) < i);
  if (twice !== undefined) {
    throw new SdttError(
      "usage",
      `Two models are called ${twice}: give each its own label, as in first=${twice}.`,
    );
  }
  if (teacher === undefined || !labels.includes(teacher)) {
    throw new SdttError(
      "usage",
      `The teacher ${teacher ?? ""} is not one of the models ${labels.join(", ")}.`,
    );
  }
  const wrong = steps.findIndex((count, i) => !(Number.isInteger(count) && count > (steps[i - 1] ?? 0)));
  if (steps.length === 0 || wrong >= 0) {
    throw new SdttError("usage", `Steps must be whole numbers that ascend from 1; got ${steps.join(", ")}.`);
  }
  const cells = labels.flatMap((label) =>
    precisions.flatMap((precision) => steps.map((count) => ({ label, precision, steps: count }))),
  );
  return { teacher, cells };
}
