import { SdttError } from "@sdtt/core";
import type { Checkpoint } from "@sdtt/hub";
import type { MethodPlan } from "../method.ts";
import { openIdlm } from "./step.ts";

/** What inverse distillation can be told. */
export interface IdlmOptions {
  /** Updates in all, each of the student and of the fake; 10,000 unless given. */
  readonly updates?: number | undefined;
  /** What the fake starts from: a model of the teacher's sizes; the teacher itself unless given. */
  readonly fake?: Checkpoint | undefined;
  /** The fake's learning rate after the warm-up; the student's unless given. */
  readonly fakeLearningRate?: number | undefined;
}

const optionNames: Readonly<Record<keyof IdlmOptions, true>> = {
  updates: true,
  fake: true,
  fakeLearningRate: true,
};
export const idlmOptionNames: readonly string[] = Object.keys(optionNames);

/** Throws `usage` for a number that is out of range. */
export function planIdlm(options: IdlmOptions): MethodPlan {
  const { updates = 10_000, fake, fakeLearningRate } = options;
  if (!Number.isSafeInteger(updates) || updates < 1) {
    throw new SdttError("usage", `updates is a whole number from 1; got ${updates}.`);
  }
  return {
    rounds: [{ number: 1, updates }],
    nextTeacher: "weights",
    resetOptimizer: false,
    companions: [{ name: "fake", initial: fake }],
    passes: { forward: 5, backward: 2 },
    settings: { method: "idlm", fakeLearningRate },
    open: (context) => openIdlm({ ...context, fakeLearningRate }),
  };
}
