import { SdttError } from "@sdtt/core";
import { checkCounts } from "../check-counts.ts";
import type { MethodPlan } from "../method.ts";
import { openConsistency } from "./step.ts";

/** What consistency without a teacher can be told. */
export interface ConsistencyOptions {
  /** Updates in all; 10,000 unless given. */
  readonly updates?: number | undefined;
  /** The longest jump between the two times at which predictions are compared: above 0, at most 1; 0.25 unless given. */
  readonly maxJump?: number | undefined;
  /**
   * The weight of the data's cross-entropy over the longest jump, from a time to 0, beside that of the bridge, which has 1. It
   * keeps the student from collapsing; 0 leaves it out, and it is 1 unless given.
   */
  readonly dataWeight?: number | undefined;
}

const optionNames: Readonly<Record<keyof ConsistencyOptions, true>> = {
  updates: true,
  maxJump: true,
  dataWeight: true,
};
export const consistencyOptionNames: readonly string[] = Object.keys(optionNames);

/** Throws `usage` for a number that is out of range. */
export function planConsistency(options: ConsistencyOptions): MethodPlan {
  const { updates = 10_000, maxJump = 0.25, dataWeight = 1 } = options;
  checkCounts({ updates });
  if (!(maxJump > 0 && maxJump <= 1)) {
    throw new SdttError("usage", `maxJump is a number above 0 and at most 1; got ${maxJump}.`);
  }
  if (!(dataWeight >= 0 && dataWeight < Infinity)) {
    throw new SdttError("usage", `dataWeight is a number from 0; got ${dataWeight}.`);
  }
  const choices = { maxJump, dataWeight };
  return {
    rounds: [{ number: 1, updates }],
    nextTeacher: "weights",
    resetOptimizer: false,
    companions: [],
    passes: { forward: 2, backward: 1 },
    settings: { method: "consistency", ...choices },
    open: (context) => openConsistency({ ...context, ...choices }),
  };
}
