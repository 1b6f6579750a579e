import { SdttError } from "@sdtt/core";
import { revealOrders } from "@sdtt/scheduler";
import type { Precision, RevealOrder } from "@sdtt/scheduler";

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
  /** Ascending, above 0. */
  readonly temperatures: readonly number[];
  /** Which masks are filled first, each way once; `random` alone unless given. */
  readonly orders?: readonly RevealOrder[] | undefined;
}

/** One way to sample one model. */
export interface ReportCell {
  readonly label: string;
  readonly steps: number;
  readonly precision: Precision;
  readonly temperature: number;
  readonly order: RevealOrder;
}

export interface ReportPlan {
  readonly teacher: string;
  /** Model by model, so that each is loaded once. */
  readonly cells: readonly ReportCell[];
}

/**
 * What a report has to measure.
 *
 * @throws SdttError `usage` for labels that are the same, a teacher that is none of them, steps or temperatures that do not ascend,
 *   and orders that are unknown or the same.
 */
export function planReport(options: ReportPlanOptions): ReportPlan {
  const {
    labels,
    judge,
    steps,
    precisions,
    temperatures,
    orders = ["random"],
    teacher = labels[0],
  } = options;
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
  const cold = temperatures.findIndex(
    (value, i) => !(Number.isFinite(value) && value > (temperatures[i - 1] ?? 0)),
  );
  if (temperatures.length === 0 || cold >= 0) {
    throw new SdttError(
      "usage",
      `Temperatures must be numbers above 0 that ascend; got ${temperatures.join(", ")}.`,
    );
  }
  const isWrong = (order: RevealOrder, i: number) =>
    !revealOrders.includes(order) || orders.indexOf(order) < i;
  if (orders.length === 0 || orders.some(isWrong)) {
    throw new SdttError(
      "usage",
      `Orders must be some of ${revealOrders.join(", ")}, each once; got ${orders.join(", ")}.`,
    );
  }
  const cells = labels.flatMap((label) =>
    precisions.flatMap((precision) =>
      ordersUnder(precision, orders).flatMap((order) =>
        steps.flatMap((count) =>
          temperaturesOf(precision, temperatures).map((temperature) => ({
            label,
            precision,
            steps: count,
            temperature,
            order,
          })),
        ),
      ),
    ),
  );
  return { teacher, cells };
}

/** The orders in which texts are drawn under a precision: the published sampler, which `gumbel32` repeats, has one. */
function ordersUnder(precision: Precision, orders: readonly RevealOrder[]): readonly RevealOrder[] {
  return precision === "gumbel32" ? ["random"] : orders;
}

/** Nor does it know a temperature. */
function temperaturesOf(precision: Precision, temperatures: readonly number[]): readonly number[] {
  return precision === "gumbel32" ? [1] : temperatures;
}
