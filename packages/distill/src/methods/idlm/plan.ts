import { SdttError } from "@sdtt/core";
import type { Checkpoint } from "@sdtt/hub";
import { checkCounts } from "../check-counts.ts";
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
  /**
   * The weight of the fake's cross-entropy to the teacher, which keeps it near (D-MMD, arXiv 2603.20155); 0, which is IDLM,
   * unless given.
   */
  readonly fakeRegularization?: number | undefined;
  /**
   * Masks the student's texts by one step of the reverse sampler, to a time earlier by at most 1 / reverseSteps (D-MMD); masked
   * whole at an independent time, which is IDLM, unless given.
   */
  readonly reverseSteps?: number | undefined;
  /**
   * What the teacher's logits are divided by, above 0; 1 unless given. Below 1 the student learns to write what the teacher would
   * write more carefully (D-MMD).
   */
  readonly teacherTemperature?: number | undefined;
  /**
   * Gives the student a noise input of this size: a random vector that is drawn for each text and pass, projected and added to the
   * embedding of every mask, so that one pass can choose among texts (D-MMD, and IMDM, arXiv 2605.10518). The student's unless
   * given, where it has one already; else none.
   */
  readonly noiseSize?: number | undefined;
  /**
   * How large the projected vector is at the start, as a multiple of the mask's embedding; above 0, 4 unless given. With less the
   * student is nearer to its teacher at the start, but may settle on one text before it has learnt to choose by the vector.
   */
  readonly noiseScale?: number | undefined;
}

const optionNames: Readonly<Record<keyof IdlmOptions, true>> = {
  updates: true,
  fake: true,
  fakeLearningRate: true,
  fakeRegularization: true,
  reverseSteps: true,
  teacherTemperature: true,
  noiseSize: true,
  noiseScale: true,
};
export const idlmOptionNames: readonly string[] = Object.keys(optionNames);

/** Throws `usage` for a number that is out of range. */
export function planIdlm(options: IdlmOptions): MethodPlan {
  const { updates = 10_000, fake, fakeLearningRate, fakeRegularization = 0, reverseSteps } = options;
  const { teacherTemperature = 1, noiseSize, noiseScale } = options;
  checkCounts({ updates, reverseSteps, noiseSize });
  if (!(fakeRegularization >= 0 && fakeRegularization < Infinity)) {
    throw new SdttError("usage", `fakeRegularization is a number from 0; got ${fakeRegularization}.`);
  }
  if (!(teacherTemperature > 0 && teacherTemperature < Infinity)) {
    throw new SdttError("usage", `teacherTemperature is a number above 0; got ${teacherTemperature}.`);
  }
  if (noiseScale !== undefined && noiseSize === undefined) {
    throw new SdttError("usage", "noiseScale is of a noise input: give noiseSize too, or leave it out.");
  }
  if (noiseScale !== undefined && !(noiseScale > 0 && noiseScale < Infinity)) {
    throw new SdttError("usage", `noiseScale is a number above 0; got ${noiseScale}.`);
  }
  const noise = noiseSize === undefined ? undefined : { size: noiseSize, scale: noiseScale ?? 4 };
  const choices = { fakeLearningRate, fakeRegularization, reverseSteps };
  return {
    rounds: [{ number: 1, updates }],
    nextTeacher: "weights",
    resetOptimizer: false,
    companions: [{ name: "fake", initial: fake }],
    noise,
    passes: { forward: 5, backward: 2 },
    // An option at its default is not named, so that runs which are older than it resume.
    settings: {
      method: "idlm",
      ...choices,
      teacherTemperature: teacherTemperature === 1 ? undefined : teacherTemperature,
      noiseScale: noise?.scale,
    },
    open: (context) => openIdlm({ ...context, ...choices, teacherTemperature }),
  };
}
