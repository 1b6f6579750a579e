import type { Precision } from "@sdtt/scheduler";
import type { ReportRow } from "./report-row.ts";
import { stepsToReach } from "./steps-to-reach.ts";
import type { StepsToReach } from "./steps-to-reach.ts";

/** A student at some steps beside its teacher, their texts drawn with the same precision. */
export interface TeacherComparison {
  readonly label: string;
  readonly steps: number;
  readonly precision: Precision;
  /** What the teacher needs to reach the student's perplexity. */
  readonly teacherSteps: StepsToReach;
  /** The teacher's steps by the student's: a bound where `teacherSteps` is one. */
  readonly factor: number;
  /** The student's unigram entropy less the teacher's there, in nats. */
  readonly entropyDifference: number;
  /** The student's perplexity by the teacher's at the same steps. */
  readonly perplexityRatio: number;
  /** The student's unigram entropy less the teacher's at the same steps, in nats. */
  readonly entropyDifferenceAtSameSteps: number;
  /** Whether the claim holds here; undefined where the teacher was not measured at enough steps to tell. */
  readonly holds: boolean | undefined;
}

/** What is claimed of a student. */
export interface Claim {
  /** The least that the teacher's steps are by the student's. */
  readonly factor: number;
  /** Nats of entropy that the student may lose. */
  readonly entropyLoss: number;
}

/** Twice the two steps that a round of distillation makes one. */
export const defaultClaim: Claim = { factor: 4, entropyLoss: 0.2 };

/**
 * Sets each student beside the teacher at each of its steps. The claim of SDTT is that a student at k steps is as good as
 * its teacher at 4k or more without a loss of diversity (Deschenaux & Gulcehre 2024, arXiv 2410.21035).
 */
export function compareWithTeacher(
  rows: readonly ReportRow[],
  teacher: string,
  claim: Claim = defaultClaim,
): TeacherComparison[] {
  const diffusion = rows.filter(({ kind }) => kind === "diffusion");
  return diffusion
    .filter(({ label }) => label !== teacher)
    .flatMap((student) => {
      const curve = diffusion
        .filter(({ label, precision }) => label === teacher && precision === student.precision)
        .toSorted((a, b) => a.steps - b.steps);
      const same = curve.find(({ steps }) => steps === student.steps);
      return same ? [compare(student, curve, same, claim)] : [];
    });
}

function compare(
  student: ReportRow,
  curve: readonly ReportRow[],
  same: ReportRow,
  { factor: wanted, entropyLoss }: Claim,
): TeacherComparison {
  const { label, steps, precision } = student;
  const teacherSteps = stepsToReach(curve, student.nats);
  const factor = teacherSteps.steps / steps;
  const entropyDifference = student.unigramEntropy - teacherSteps.unigramEntropy;
  const isFast = factor >= wanted;
  const isKnown = isFast || teacherSteps.kind !== "more-than";
  return {
    label,
    steps,
    precision,
    teacherSteps,
    factor,
    entropyDifference,
    perplexityRatio: student.perplexity / same.perplexity,
    entropyDifferenceAtSameSteps: student.unigramEntropy - same.unigramEntropy,
    holds: isKnown ? isFast && entropyDifference >= -entropyLoss : undefined,
  };
}
